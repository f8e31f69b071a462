//! The protocol, spoken to a backend.
//!
//! The one place that sorts HTTP failures: whoever calls gets an [`ApiError`]
//! by what can be done about it, never a status code. [`Api`] is cheap to
//! clone; what carries its requests is a [`Transport`], so that a test can
//! stand in for the network.

mod client;
mod config;
mod error;
mod transport;
mod upload;

pub use client::{Api, Change, PutCondition};
pub use config::{Found, config};
pub use error::ApiError;
pub use transport::{
    ApiRequest, ApiResponse, Body, FetchTransport, Method, Transport, TransportError,
};
pub use upload::{Course, Pieces, UploadFile};
