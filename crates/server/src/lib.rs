//! The reference backend of CPOR Claims: one process and one folder of data, or several
//! processes on one `PostgreSQL` database.
//!
//! A request goes through three layers. [`routes`](self) hold one endpoint a
//! file: authenticate, load, ask `cpor_rules`, change in one transaction,
//! answer. `repositories` hold the SQL and nothing else. Rules of the domain
//! live in neither: they are asked of `cpor_rules`, the crate that the app
//! asks as well, so both give the same verdict.

mod add_account;
mod add_organisation;
mod ask_health;
mod audit;
mod auth;
mod chaos;
mod claims;
pub mod clock;
pub mod config;
mod database;
mod demo;
mod error;
mod files;
mod health;
mod idempotency;
mod jobs;
mod mail;
mod metrics;
pub mod mutants;
mod neighbours;
mod news;
mod openapi;
mod person;
mod rates;
mod repositories;
mod restored;
mod routes;
mod scan;
mod state;
mod static_files;
mod web;

pub use add_account::add_account;
pub use add_organisation::add_organisation;
pub use ask_health::{NotReady, ask_health};
pub use audit::{AuditError, Verdict, audit_export, audit_verify};
pub use auth::oidc::OidcSettings;
pub use clock::Clock;
pub use config::{
    ChaosConfig, Command, Config, Faults, LogFormat, NewAccount, NewOrganisation, Place,
    RateLimits, Report, Secret, SessionLimits, Variables,
};
pub use database::DatabaseUrl;
pub use files::{BucketKeys, BucketLocation};
pub use person::{Erasure, NewContact, Person, PersonError, person_erase, person_export};
pub use scan::ScannerAddress;
pub use static_files::{AppFiles, EmbeddedApp, EmbeddedFile};

use crate::state::{AppState, Parts};
use axum::Router;
use axum::middleware::from_fn_with_state;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// Mails within the folder of data, where no server takes them.
const MAILS_FOLDER: &str = "mails";
/// How long a sender may pause within a body.
const BODY_PAUSE_LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

/// Why the server cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The folder of data or the address cannot be used.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The database cannot be opened or brought up to date, or a newer version has brought
    /// it to where this one cannot work on it.
    #[error("the database cannot be opened: {}", database::told(.0))]
    Database(#[from] sqlx::Error),
    /// The account cannot be added.
    #[error("{0}")]
    Account(&'static str),
    /// There is nothing that could have been restored.
    #[error("there is no database in this folder of data")]
    NoDatabase,
    /// Mails cannot be sent so.
    #[error("{0}")]
    Mail(&'static str),
    /// People cannot sign in at this provider.
    #[error("{0}")]
    Provider(&'static str),
    /// The demonstration cannot be written.
    #[error("the demonstration cannot be written")]
    Demo,
    /// Requests are to fail on purpose, for somebody's work.
    #[error("--chaos is for the demonstration alone: add --demo")]
    Chaos,
    /// The data is somebody's work: clock and mails are not opened.
    #[error(
        "this folder of data holds no demonstration: start without --demo, or give --demo a \
         folder of its own with --data"
    )]
    NoDemonstration,
}

/// A server that listens already and answers once it runs.
pub struct Server {
    listener: TcpListener,
    /// What tells numbers, and where.
    metrics: Option<TcpListener>,
    drain: std::time::Duration,
    app: Router,
    state: AppState,
    marks: restored::Marks,
}

impl Server {
    /// Opens the data and the address.
    ///
    /// # Errors
    /// The data cannot be opened, or the address is taken.
    pub async fn bind(config: Config, clock: Clock) -> Result<Self, ServerError> {
        if config.chaos.is_some() && !config.is_demo {
            return Err(ServerError::Chaos);
        }
        auth::prepare();
        tokio::fs::create_dir_all(&config.data).await?;
        let database = database::Database::open(&config.data, config.database.as_ref()).await?;
        if config.is_demo {
            let ahead = repositories::settings::demo_ahead(&mut database.read().await?).await?;
            clock.set_ahead(ahead);
        }
        let marks = restored::Marks::of(&config.data);
        if marks.check(&database, clock.now()).await? {
            tracing::warn!(
                "the database was put back to an older state: clients fetch everything anew"
            );
        }
        let listener = TcpListener::bind(config.listen).await?;
        let metrics = match config.metrics {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let post = post(&config, listener.local_addr()?).await?;
        let files =
            files::FileStore::open(&config.data, config.bucket.as_ref(), &database, &clock).await?;
        let provider = provider(&config, &post.public_url)?;
        let state = AppState::new(Parts {
            database,
            files,
            clock,
            is_secure: config.is_secure,
            is_demo: config.is_demo,
            provider,
            has_local_accounts: config.has_local_accounts,
            session: config.session,
            throttle: auth::SignInThrottle::default(),
            rates: rates::Rates::new(config.rates),
            rate_limits: config.rates,
            reach: web::Reach::new(config.public_url.as_deref(), config.proxies),
            running: idempotency::Running::default(),
            news: news::News::default(),
            post,
            scans: scan::Scans::new(config.scanner.clone()),
            health: health::Health::default(),
            metrics: metrics::Metrics::default(),
        });
        if config.is_demo {
            let is_demonstration = demo::fill(&state).await.map_err(|_| ServerError::Demo)?;
            if !is_demonstration {
                return Err(ServerError::NoDemonstration);
            }
        }
        let mut app = routes::api(&state);
        if let Some((rate, seed)) = config.chaos.map(|chaos| (chaos.rate(), chaos.seed)) {
            tracing::warn!(rate, seed, "requests fail on purpose");
            app = app.layer(from_fn_with_state(chaos::Chaos::new(rate, seed), chaos::interfere));
        }
        if let Some(files) = &config.app {
            let files = static_files::static_files(files);
            let headers = from_fn_with_state(state.clone(), web::file_headers);
            app = app.merge(files.layer(headers));
        }
        let app = app
            .merge(health::routes())
            .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE_LIMIT))
            .layer(from_fn_with_state(state.clone(), web::security_headers))
            .with_state(state.clone());
        let drain = std::time::Duration::from_secs(config.drain_seconds.into());
        Ok(Self { listener, metrics, drain, app, state, marks })
    }

    /// The address that numbers are told at, if there is one.
    ///
    /// # Errors
    /// The operating system does not tell.
    pub fn metrics_address(&self) -> std::io::Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(TcpListener::local_addr).transpose()
    }

    /// The address that it listens on.
    ///
    /// # Errors
    /// The operating system does not tell.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Email address, password and label of each account of the demonstration.
    pub fn demo_accounts() -> Vec<cpor_protocol::backend::DemoAccount> {
        demo::accounts()
    }

    /// Answers until `stop` is over and the requests under way are answered.
    ///
    /// # Errors
    /// The listening socket fails.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        let app = self.app.into_make_service_with_connect_info::<SocketAddr>();
        let jobs = tokio::spawn(jobs::run(self.state.clone()));
        let mails = tokio::spawn(mail::run(self.state.clone()));
        let looking = tokio::spawn(health::run(self.state.clone()));
        let scans = tokio::spawn(scan::run(self.state.clone()));
        let (database, news) = (self.state.database.clone(), self.state.news.clone());
        let telling = tokio::spawn(neighbours::run(database.clone(), news.clone()));
        let noting = tokio::spawn(restored::run(self.marks.clone(), database, news));
        // Goes on until the end: who looks after the process learns there that it stops.
        let numbers = self.metrics.map(|listener| {
            let app = metrics::routes().with_state(self.state.clone());
            tokio::spawn(axum::serve(listener, app).into_future())
        });
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let news = self.state.news.clone();
        let stop = async move {
            stop.await;
            // Streams of events have no end of their own.
            news.stop();
            // Nobody listens any more if all requests were answered already.
            stopping.send(()).unwrap_or_default();
        };
        let drain = self.drain;
        let answered_all = axum::serve(self.listener, app).with_graceful_shutdown(stop);
        tokio::select! {
            ended = answered_all => ended?,
            () = async {
                if stopped.await.is_err() {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(drain).await;
            } => tracing::warn!("some requests did not end in time"),
        }
        jobs.abort();
        mails.abort();
        looking.abort();
        scans.abort();
        noting.abort();
        telling.abort();
        if let Some(numbers) = numbers {
            numbers.abort();
        }
        if let Err(error) = self.marks.note(&self.state.database).await {
            tracing::warn!(%error, "how far the database has come was not noted");
        }
        self.state.database.close().await;
        Ok(())
    }
}

/// Says that the data was put back to an older state, where the server did not
/// notice: see `docs/server.md`.
///
/// # Errors
/// The database cannot be opened or written.
pub async fn say_restored(place: &Place, clock: &Clock) -> Result<(), ServerError> {
    let (data, url) = (&place.data, place.database.as_ref());
    if !database::Database::exists(data, url).await? {
        return Err(ServerError::NoDatabase);
    }
    let database = database::Database::open(data, url).await?;
    let marks = restored::Marks::of(data);
    marks.begin_epoch(&database, clock.now()).await?;
    marks.note(&database).await?;
    database.close().await;
    Ok(())
}

/// Where people sign in besides.
fn provider(config: &Config, app: &str) -> Result<Option<Arc<auth::oidc::Provider>>, ServerError> {
    let Some(settings) = config.oidc.clone() else { return Ok(None) };
    let settings = settings.check().map_err(ServerError::Provider)?;
    Ok(Some(Arc::new(auth::oidc::Provider::new(settings, app)?)))
}

/// What sends the mails of this server.
async fn post(config: &Config, address: SocketAddr) -> Result<mail::Post, ServerError> {
    if config.smtp.is_some() && config.public_url.is_none() {
        return Err(ServerError::Mail(
            "--smtp needs --public-url: the links in mails lead there, and nobody else reaches \
             the address that this machine listens on",
        ));
    }
    let delivery = match &config.smtp {
        Some(url) => {
            let password = config.smtp_password.as_ref().map(|secret| secret.text().to_owned());
            mail::Delivery::smtp(url, password).map_err(ServerError::Mail)?
        }
        None => mail::Delivery::folder(config.data.join(MAILS_FOLDER)).await?,
    };
    let from = config
        .mail_from
        .parse()
        .map_err(|_| ServerError::Mail("--mail-from is no mail address"))?;
    let url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(ServerError::Mail("--public-url begins with https:// or http://"));
    }
    Ok(mail::Post::new(delivery, from, url.trim_end_matches('/').to_owned()))
}
