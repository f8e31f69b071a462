//! What is known of partners and customers besides their claims.

use super::claims::name_in;
use super::{code_of, from_code};
use crate::database::{Connection, Lock, query, query_scalar};
use crate::mutants::mutant;
use cpor_rules::SolutionArea;
use cpor_rules::facts::{Association, Holder, PartnerLocation, SubscriptionState};
use cpor_rules::violation::SubscriptionProblem;

/// The organisation's Partner IDs, by name.
pub(crate) async fn locations(
    connection: &mut Connection,
    organisation_id: &str,
) -> Result<Vec<PartnerLocation>, sqlx::Error> {
    let rows = query(
        "SELECT partner_id, name, is_global_account, is_enrolled FROM partner_location \
         WHERE organisation_id = $1 ORDER BY is_global_account DESC, name",
    )
    .bind(organisation_id)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PartnerLocation {
                partner_id: row.try_get("partner_id")?,
                name: row.try_get("name")?,
                is_global_account: row.try_get("is_global_account")?,
                is_enrolled: row.try_get("is_enrolled")?,
            })
        })
        .collect()
}

/// Adds a Partner ID to an organisation.
pub(crate) async fn add_location(
    connection: &mut Connection,
    organisation_id: &str,
    location: &PartnerLocation,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO partner_location \
         (organisation_id, partner_id, name, is_global_account, is_enrolled) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(organisation_id)
    .bind(&location.partner_id)
    .bind(&location.name)
    .bind(location.is_global_account)
    .bind(location.is_enrolled)
    .execute(connection)
    .await?;
    Ok(())
}

/// Items of a tenant that claims hold or ask for, as this organisation may know them.
///
/// A draft asks for nothing yet, so it stays unseen by others and blocks none
/// of one's own. A rejected claim holds nothing any more. In a transaction that writes
/// nobody else finds out the same until the end: the second of two that ask for one item
/// meets the first.
pub(crate) async fn associations(
    connection: &mut Connection,
    organisation_id: &str,
    tenant_id: &str,
) -> Result<Vec<Association>, sqlx::Error> {
    connection.lock(Lock::Tenant, tenant_id).await?;
    let rows = query(
        "SELECT claim_item.claim_id, claim_item.tenant_id, claim_item.item, \
         claim_item.subscription_id, claim_item.partner_role, claim.organisation_id, claim.draft \
         FROM claim_item JOIN claim ON claim.id = claim_item.claim_id \
         WHERE claim_item.tenant_id = $1 AND claim.status IN \
         ('submitted', 'under-review', 'partner-action-required', 'approved', 'dispute') \
         ORDER BY claim_item.item, claim.created_at",
    )
    .bind(tenant_id)
    .fetch_all(connection)
    .await?;
    let mut found = Vec::new();
    for row in &rows {
        let owner: String = row.try_get("organisation_id")?;
        let holder = if owner == organisation_id || mutant!(LeaksHolder) {
            Holder::Ours {
                claim_id: row.try_get("claim_id")?,
                claim_name: name_in(&row.try_get::<String>("draft")?),
            }
        } else {
            Holder::OtherPartner
        };
        let association = Association {
            tenant_id: row.try_get("tenant_id")?,
            item: row.try_get("item")?,
            subscription_id: row.try_get("subscription_id")?,
            partner_role: from_code(row.try_get("partner_role")?)?,
            holder,
        };
        // How many other partners ask for an item is nobody's business.
        if !found.contains(&association) {
            found.push(association);
        }
    }
    Ok(found)
}

/// Whether a subscription can be claimed, as far as this server knows.
///
/// It has no line to Microsoft: what its table does not hold passes.
pub(crate) async fn subscription_state(
    connection: &mut Connection,
    tenant_id: &str,
    product: &str,
    subscription_id: &str,
) -> Result<SubscriptionState, sqlx::Error> {
    let refused = |reason| SubscriptionState::Refused { reason };
    if subscription_id == tenant_id {
        return Ok(refused(SubscriptionProblem::NotASubscription));
    }
    let row =
        query("SELECT tenant_id, product, problem FROM subscription WHERE subscription_id = $1")
            .bind(subscription_id)
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(SubscriptionState::Usable) };
    let (of_tenant, of_product): (String, String) =
        (row.try_get("tenant_id")?, row.try_get("product")?);
    let problem: String = row.try_get("problem")?;
    if !problem.is_empty() {
        Ok(refused(from_code(problem)?))
    } else if of_tenant == tenant_id && of_product == product {
        Ok(SubscriptionState::Usable)
    } else {
        Ok(refused(SubscriptionProblem::ProductNotOnTenant))
    }
}

/// How many subscriptions of a product the tenant has; `None` where the table
/// holds none of them, for then it does not know the customer's products.
pub(crate) async fn subscription_count(
    connection: &mut Connection,
    tenant_id: &str,
    product: &str,
) -> Result<Option<usize>, sqlx::Error> {
    // The other problems say that it is not one of the product's subscriptions.
    let count: i64 = query_scalar(
        "SELECT count(*) FROM subscription WHERE tenant_id = $1 AND product = $2 \
         AND problem IN ('', 'csp', 'not-provisioned', 'already-claimed')",
    )
    .bind(tenant_id)
    .bind(product)
    .fetch_one(connection)
    .await?;
    Ok(usize::try_from(count).ok().filter(|count| *count > 0))
}

/// Adds what is known of a subscription.
pub(crate) async fn add_subscription(
    connection: &mut Connection,
    subscription_id: &str,
    tenant_id: &str,
    product: &str,
    problem: Option<SubscriptionProblem>,
) -> Result<(), sqlx::Error> {
    let problem = problem.map(|problem| code_of(&problem)).transpose()?.unwrap_or_default();
    query(
        "INSERT INTO subscription (subscription_id, tenant_id, product, problem) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(subscription_id)
    .bind(tenant_id)
    .bind(product)
    .bind(problem)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the domain belongs to the tenant; `None` for a tenant of which nothing is known.
pub(crate) async fn owns_domain(
    connection: &mut Connection,
    tenant_id: &str,
    domain: &str,
) -> Result<Option<bool>, sqlx::Error> {
    let known: Vec<String> = query_scalar("SELECT domain FROM tenant_domain WHERE tenant_id = $1")
        .bind(tenant_id)
        .fetch_all(connection)
        .await?;
    Ok((!known.is_empty()).then(|| known.iter().any(|own| own == domain)))
}

/// Adds a domain to a tenant.
pub(crate) async fn add_domain(
    connection: &mut Connection,
    tenant_id: &str,
    domain: &str,
) -> Result<(), sqlx::Error> {
    query("INSERT INTO tenant_domain (tenant_id, domain) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(tenant_id)
        .bind(domain)
        .execute(connection)
        .await?;
    Ok(())
}

/// Address of the tenant's portal administrator, where it is known.
pub(crate) async fn portal_administrator(
    connection: &mut Connection,
    tenant_id: &str,
) -> Result<Option<String>, sqlx::Error> {
    query_scalar("SELECT portal_administrator FROM tenant WHERE tenant_id = $1")
        .bind(tenant_id)
        .fetch_optional(connection)
        .await
}

/// Notes who looks after a tenant.
pub(crate) async fn add_portal_administrator(
    connection: &mut Connection,
    tenant_id: &str,
    email: &str,
) -> Result<(), sqlx::Error> {
    query("INSERT INTO tenant (tenant_id, portal_administrator) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(tenant_id)
        .bind(email)
        .execute(connection)
        .await?;
    Ok(())
}

/// Everything that the rules may want to know about this draft.
pub(crate) async fn facts(
    connection: &mut Connection,
    organisation_id: &str,
    draft: &cpor_rules::Draft,
) -> Result<cpor_rules::Facts, sqlx::Error> {
    let draft = draft.normalised();
    // Where none are entered, none are known.
    let locations = Some(locations(connection, organisation_id).await?);
    let mut facts = cpor_rules::Facts {
        partner_locations: locations.filter(|locations| !locations.is_empty()),
        associations: associations(connection, organisation_id, &draft.tenant_id).await?,
        ..cpor_rules::Facts::default()
    };
    if draft.solution_area == Some(SolutionArea::BusinessApplications) {
        for entry in &draft.products {
            let id = &entry.subscription_id;
            let state =
                subscription_state(connection, &draft.tenant_id, &entry.product, id).await?;
            facts.subscriptions.insert(id.clone(), state);
            let count = subscription_count(connection, &draft.tenant_id, &entry.product).await?;
            if let Some(count) = count {
                let pair = (draft.tenant_id.clone(), entry.product.clone());
                facts.subscription_counts.insert(pair, count);
            }
        }
    }
    if let Some(is_own) = owns_domain(connection, &draft.tenant_id, &draft.domain).await? {
        facts.domain_of_tenant.insert((draft.tenant_id, draft.domain), is_own);
    }
    Ok(facts)
}
