//! The demonstration: two partners, a reviewer, and claims in every status.

mod customers;
mod pdf;
mod stories;
mod write;

use crate::auth::hash_password;
use crate::database::WriteTransaction;
use crate::error::{ApiError, ApiResult};
use crate::repositories::{accounts, settings};
use chrono_tz::Tz;
use cpor_protocol::Account;
use cpor_protocol::backend::DemoAccount;
use cpor_rules::{Region, UserRole};

/// Shown to everyone who opens the demonstration.
const PASSWORD: &str = "claims-demo-2026";

/// An organisation of the demonstration.
struct Organisation {
    id: &'static str,
    name: &'static str,
    zone: Tz,
    region: Region,
}

const FABRIKAM: Organisation = Organisation {
    id: "0b1e2c9e-6a53-4d0f-8f57-8c7a3d1f2b01",
    name: "Fabrikam Partners",
    zone: Tz::Asia__Taipei,
    region: Region::Taiwan,
};
const NORTHWIND: Organisation = Organisation {
    id: "0b1e2c9e-6a53-4d0f-8f57-8c7a3d1f2b02",
    name: "Northwind Consulting",
    zone: Tz::Europe__Berlin,
    region: Region::Germany,
};
const REVIEWERS: Organisation = Organisation {
    id: "0b1e2c9e-6a53-4d0f-8f57-8c7a3d1f2b03",
    name: "Claims review",
    zone: Tz::UTC,
    region: Region::None,
};

/// A person of the demonstration.
struct Person {
    id: &'static str,
    organisation: &'static Organisation,
    name: &'static str,
    email: &'static str,
    role: UserRole,
    label: &'static str,
}

const PEOPLE: [Person; 4] = [
    Person {
        id: "5d0c8f1a-2f0b-4e6e-9a41-1c7b5e9d3a01",
        organisation: &FABRIKAM,
        name: "Wei Chen",
        email: "admin@fabrikam.example",
        role: UserRole::IncentivesAdmin,
        label: "Incentives admin, Fabrikam Partners",
    },
    Person {
        id: "5d0c8f1a-2f0b-4e6e-9a41-1c7b5e9d3a02",
        organisation: &FABRIKAM,
        name: "Mei-Ling Lin",
        email: "user@fabrikam.example",
        role: UserRole::IncentivesUser,
        label: "Incentives user, Fabrikam Partners",
    },
    Person {
        id: "5d0c8f1a-2f0b-4e6e-9a41-1c7b5e9d3a03",
        organisation: &NORTHWIND,
        name: "Jonas Weber",
        email: "admin@northwind.example",
        role: UserRole::IncentivesAdmin,
        label: "Incentives admin, Northwind Consulting",
    },
    Person {
        id: "5d0c8f1a-2f0b-4e6e-9a41-1c7b5e9d3a04",
        organisation: &REVIEWERS,
        name: "Robin Counts",
        email: "reviewer@review.example",
        role: UserRole::Reviewer,
        label: "Reviewer",
    },
];

/// The one-click accounts.
pub(crate) fn accounts() -> Vec<DemoAccount> {
    PEOPLE
        .iter()
        .map(|person| DemoAccount {
            email: person.email.to_owned(),
            password: PASSWORD.to_owned(),
            label: person.label.to_owned(),
        })
        .collect()
}

/// Adds the organisations and their people.
async fn add_people(transaction: &mut WriteTransaction) -> ApiResult<()> {
    for organisation in [&FABRIKAM, &NORTHWIND, &REVIEWERS] {
        let Organisation { id, name, zone, region } = organisation;
        accounts::add_organisation(transaction, id, name, *zone, *region).await?;
    }
    let hash = hash_password(PASSWORD).map_err(|error| ApiError::fault(&error))?;
    for person in &PEOPLE {
        let account = Account {
            id: person.id.to_owned(),
            name: person.name.to_owned(),
            email: person.email.to_owned(),
            role: person.role,
            organisation_id: person.organisation.id.to_owned(),
            organisation: person.organisation.name.to_owned(),
            time_zone: person.organisation.zone.name().to_owned(),
            region: person.organisation.region,
        };
        accounts::add_account(transaction, &account, &hash).await?;
    }
    Ok(())
}

/// Fills an empty database; one with anything in it stays as it is. Whether it
/// is a demonstration now: clock and mails of no other are opened.
pub(crate) async fn fill(state: &crate::state::AppState) -> ApiResult<bool> {
    let mut transaction = state.database.write().await?;
    accounts::lock_all(&mut transaction).await?;
    if !accounts::is_empty(&mut transaction).await? {
        return Ok(settings::is_demonstration(&mut transaction).await?);
    }
    settings::set_demonstration(&mut transaction).await?;
    add_people(&mut transaction).await?;
    write::add_directory(&mut transaction).await?;
    write::add_claims(state, &mut transaction).await?;
    transaction.commit().await?;
    Ok(true)
}
