//! Queries whose text both databases understand.
//!
//! Parameters are `$1`, `$2` and so on. Numbers are kept in 64 bits, instants as
//! milliseconds, truth as 0 and 1, and everything else as text or bytes, so that a value
//! means the same in both, and a query is written once.

use super::Connection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Postgres, Row as _, Sqlite};
use std::marker::PhantomData;

/// A query that gives rows, or none.
pub(crate) fn query(sql: &'static str) -> Query {
    Query { sql, values: Vec::new() }
}

/// A query that gives one value in each row.
pub(crate) fn query_scalar<T: Column>(sql: &'static str) -> ScalarQuery<T> {
    ScalarQuery { query: query(sql), value: PhantomData }
}

/// A query with its parameters.
#[must_use = "a query does nothing until it is sent"]
pub(crate) struct Query {
    sql: &'static str,
    values: Vec<Value>,
}

/// A query that gives one value in each row.
#[must_use = "a query does nothing until it is sent"]
pub(crate) struct ScalarQuery<T> {
    query: Query,
    value: PhantomData<fn() -> T>,
}

/// A parameter.
pub(crate) enum Value {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

/// One row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// Sends the query to whichever database it is.
macro_rules! send {
    ($query:expr, $connection:expr, $method:ident) => {
        match $connection {
            Connection::Sqlite(transaction) => {
                $query.for_sqlite().$method(&mut **transaction).await.map(Into::into)
            }
            Connection::Postgres(transaction, _) => {
                $query.for_postgres().$method(&mut **transaction).await.map(Into::into)
            }
        }
    };
}

impl Query {
    /// Adds the next parameter.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Sends a query that gives no rows; how many it has changed.
    pub(crate) async fn execute(self, connection: &mut Connection) -> Result<u64, sqlx::Error> {
        let done: Done = send!(self, connection, execute)?;
        Ok(done.0)
    }

    /// The row, if there is one.
    pub(crate) async fn fetch_optional(
        self,
        connection: &mut Connection,
    ) -> Result<Option<Row>, sqlx::Error> {
        Ok(match connection {
            Connection::Sqlite(transaction) => {
                self.for_sqlite().fetch_optional(&mut **transaction).await?.map(Row::Sqlite)
            }
            Connection::Postgres(transaction, _) => {
                self.for_postgres().fetch_optional(&mut **transaction).await?.map(Row::Postgres)
            }
        })
    }

    /// The row, which is there.
    pub(crate) async fn fetch_one(self, connection: &mut Connection) -> Result<Row, sqlx::Error> {
        send!(self, connection, fetch_one)
    }

    /// All rows.
    pub(crate) async fn fetch_all(
        self,
        connection: &mut Connection,
    ) -> Result<Vec<Row>, sqlx::Error> {
        Ok(match connection {
            Connection::Sqlite(transaction) => {
                let rows = self.for_sqlite().fetch_all(&mut **transaction).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Connection::Postgres(transaction, _) => {
                let rows = self.for_postgres().fetch_all(&mut **transaction).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    fn for_sqlite(self) -> sqlx::query::Query<'static, Sqlite, sqlx::sqlite::SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }

    fn for_postgres(self) -> sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments> {
        self.values.into_iter().fold(sqlx::query(self.sql), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text.map(without_nul)),
            Value::Bytes(bytes) => query.bind(bytes),
        })
    }
}

impl<T: Column> ScalarQuery<T> {
    /// Adds the next parameter.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.query = self.query.bind(value);
        self
    }

    /// The value, if there is a row.
    pub(crate) async fn fetch_optional(
        self,
        connection: &mut Connection,
    ) -> Result<Option<T>, sqlx::Error> {
        self.query.fetch_optional(connection).await?.as_ref().map(T::first).transpose()
    }

    /// The value of the row, which is there.
    pub(crate) async fn fetch_one(self, connection: &mut Connection) -> Result<T, sqlx::Error> {
        T::first(&self.query.fetch_one(connection).await?)
    }

    /// The values of all rows.
    pub(crate) async fn fetch_all(
        self,
        connection: &mut Connection,
    ) -> Result<Vec<T>, sqlx::Error> {
        self.query.fetch_all(connection).await?.iter().map(T::first).collect()
    }
}

/// `PostgreSQL` keeps every character but this one, which nobody means to write; a
/// request with it must neither fail nor find anything.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// How many rows were changed.
struct Done(u64);

impl From<sqlx::sqlite::SqliteQueryResult> for Done {
    fn from(done: sqlx::sqlite::SqliteQueryResult) -> Self {
        Self(done.rows_affected())
    }
}

impl From<sqlx::postgres::PgQueryResult> for Done {
    fn from(done: sqlx::postgres::PgQueryResult) -> Self {
        Self(done.rows_affected())
    }
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}

impl Row {
    /// The value in the column of this name.
    ///
    /// # Errors
    /// There is no such column, or it holds something else.
    pub(crate) fn try_get<T: Column>(&self, name: &str) -> Result<T, sqlx::Error> {
        T::named(self, name)
    }
}

/// What a column can be read as.
pub(crate) trait Column: Sized {
    /// The value in the column of this name.
    fn named(row: &Row, name: &str) -> Result<Self, sqlx::Error>;
    /// The value in the first column.
    fn first(row: &Row) -> Result<Self, sqlx::Error>;
}

/// Types that both databases have.
macro_rules! column {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn named(row: &Row, name: &str) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(name),
                    Row::Postgres(row) => row.try_get(name),
                }
            }

            fn first(row: &Row) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(0),
                    Row::Postgres(row) => row.try_get(0),
                }
            }
        }
    )*};
}
column!(i64, Option<i64>, String, Option<String>, Vec<u8>, Option<Vec<u8>>);

impl Column for bool {
    fn named(row: &Row, name: &str) -> Result<Self, sqlx::Error> {
        i64::named(row, name).map(|number| number != 0)
    }

    fn first(row: &Row) -> Result<Self, sqlx::Error> {
        i64::first(row).map(|number| number != 0)
    }
}

/// Parameters of each kind.
macro_rules! value {
    ($($kind:ident from $($type:ty)|* = |$value:ident| $make:expr;)*) => {$($(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self::$kind($make)
            }
        }
    )*)*};
}
value! {
    Number from i64 = |value| Some(value);
    Number from u32 | u16 | bool = |value| Some(value.into());
    Number from Option<i64> = |value| value;
    Text from String = |value| Some(value);
    Text from &str | &String = |value| Some(value.into());
    Text from Option<&str> = |value| value.map(Into::into);
    Text from &Option<String> = |value| value.clone();
    Bytes from Vec<u8> = |value| value;
    Bytes from &[u8] = |value| value.into();
    Bytes from &Vec<u8> = |value| value.clone();
}
