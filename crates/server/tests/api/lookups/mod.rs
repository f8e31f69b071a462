//! Partner locations, associations, subscriptions.

mod associations;
mod partner_locations;
mod subscriptions;
