//! Where mails go: a folder, or an SMTP server.

use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::path::PathBuf;
use std::time::Duration;
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

/// Longest wait for the SMTP server at each step.
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);

/// Where mails go.
pub(crate) enum Delivery {
    /// Each into a file of its own.
    Folder(PathBuf),
    /// To a server.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

impl Delivery {
    /// A folder, which is made if there is none.
    pub(crate) async fn folder(path: PathBuf) -> std::io::Result<Self> {
        fs::create_dir_all(&path).await?;
        Ok(Self::Folder(path))
    }

    /// A server by its URL, such as `smtps://user@mail.example.com`. The
    /// password comes apart: a command line is open to everyone on the machine.
    pub(crate) fn smtp(url: &str, password: Option<String>) -> Result<Self, &'static str> {
        let (scheme, rest) = url.split_once("://").ok_or("--smtp needs a URL")?;
        let (user, rest) = match rest.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, rest),
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err("the password of --smtp belongs into CPOR_SMTP_PASSWORD");
        }
        let is_encrypted = scheme == "smtps" || rest.ends_with("tls=required");
        if user.is_some() && !is_encrypted {
            return Err("--smtp with an account needs smtps:// or ?tls=required");
        }
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(&format!("{scheme}://{rest}"))
                .map_err(|_| "--smtp needs a URL such as smtps://user@mail.example.com")?
                .timeout(Some(SMTP_TIMEOUT));
        if let Some(user) = user {
            let password = password.ok_or("--smtp with an account needs CPOR_SMTP_PASSWORD")?;
            builder = builder.credentials(Credentials::new(user.to_owned(), password));
        }
        Ok(Self::Smtp(Box::new(builder.build())))
    }

    /// Delivers a message. The error tells what failed, and nothing of the message.
    pub(super) async fn deliver(&self, id: &str, message: &Message) -> Result<(), String> {
        match self {
            Self::Folder(folder) => {
                let (partial, path) =
                    (folder.join(format!("{id}.part")), folder.join(format!("{id}.eml")));
                let written = async {
                    let mut options = fs::OpenOptions::new();
                    options.write(true).create(true).truncate(true);
                    // The mail holds its link, which is for the customer alone.
                    #[cfg(unix)]
                    options.mode(0o600);
                    let mut file = options.open(&partial).await?;
                    file.write_all(&message.formatted()).await?;
                    file.sync_all().await?;
                    // Whoever watches the folder finds whole mails only.
                    fs::rename(&partial, &path).await
                };
                written.await.map_err(|error: std::io::Error| error.kind().to_string())
            }
            Self::Smtp(server) => match server.send(message.clone()).await {
                Ok(_) => Ok(()),
                // The server's own words may quote an address.
                Err(error) => Err(error
                    .status()
                    .map_or_else(|| "no connection".to_owned(), |code| code.to_string())),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn secrets_stay_out_of_the_command_line_and_off_open_wires() {
        let refused =
            |url, password: Option<&str>| Delivery::smtp(url, password.map(Into::into)).err();
        assert!(refused("smtps://a:secret@mail.example.com", None).unwrap().contains("PASSWORD"));
        assert!(refused("smtp://a@mail.example.com", Some("secret")).unwrap().contains("tls"));
        assert!(refused("smtps://a@mail.example.com", None).unwrap().contains("PASSWORD"));
        assert!(refused("mail.example.com", None).is_some());
        assert!(refused("smtps://a@mail.example.com", Some("secret")).is_none());
        assert!(refused("smtp://a@mail.example.com:587?tls=required", Some("secret")).is_none());
        assert!(refused("smtp://127.0.0.1:1025", None).is_none());
    }
}
