//! For which locations of its organisation a person works.

use crate::database::{Connection, query, query_scalar};

/// The Partner IDs of these locations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Locations {
    /// Whatever locations the organisation has, or will have.
    #[default]
    All,
    /// These, in order.
    Only(Vec<String>),
}

/// The Partner IDs of the account of a query, for [`Locations::read`].
macro_rules! location_column {
    () => {
        "(SELECT string_agg(partner_id, '+' ORDER BY partner_id) FROM account_location \
         WHERE account_location.account_id = account.id) AS locations"
    };
}
pub(crate) use location_column;

/// Whether an account works for a location; both are columns of the query.
macro_rules! works_for {
    ($account:literal, $partner_id:literal) => {
        concat!(
            "(NOT EXISTS (SELECT 1 FROM account_location WHERE account_id = ",
            $account,
            ") OR EXISTS (SELECT 1 FROM account_location WHERE account_id = ",
            $account,
            " AND account_location.partner_id = ",
            $partner_id,
            "))"
        )
    };
}
pub(crate) use works_for;

impl Locations {
    /// Reads the column of [`location_column`].
    pub(crate) fn read(column: Option<String>) -> Self {
        column.map_or(Self::All, |text| Self::Only(text.split('+').map(str::to_owned).collect()))
    }

    /// Whether this location is among them.
    pub(crate) fn hold(&self, partner_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.iter().any(|id| id == partner_id),
        }
    }

    /// As a part of what tells readers apart; empty for all.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::Only(ids) => ids.join("+"),
        }
    }
}

/// Lets a person work for a location, and for no other but those that were added.
pub(crate) async fn add(
    connection: &mut Connection,
    account_id: &str,
    partner_id: &str,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO account_location (account_id, partner_id) VALUES ($1, $2) \
         ON CONFLICT DO NOTHING",
    )
    .bind(account_id)
    .bind(partner_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The Partner IDs for which a person works, in order; none where it is all of them.
pub(crate) async fn of(
    connection: &mut Connection,
    account_id: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let mut ids: Vec<String> =
        query_scalar("SELECT partner_id FROM account_location WHERE account_id = $1")
            .bind(account_id)
            .fetch_all(connection)
            .await?;
    ids.sort();
    Ok(ids)
}

/// Lets a person work for these locations; for all where there are none.
pub(crate) async fn replace(
    connection: &mut Connection,
    account_id: &str,
    partner_ids: &[String],
) -> Result<(), sqlx::Error> {
    query("DELETE FROM account_location WHERE account_id = $1")
        .bind(account_id)
        .execute(&mut *connection)
        .await?;
    for partner_id in partner_ids {
        add(connection, account_id, partner_id).await?;
    }
    Ok(())
}
