//! Virus scanners that nobody here wrote: clamd of ClamAV, and c-icap in front of it. The
//! only virus that they know is the EICAR test file, so no signatures have to be fetched.

use super::Folder;
use cpor_server::ScannerAddress;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

/// How long a scanner may take to start.
const PATIENCE: Duration = Duration::from_mins(1);
/// What Debian and its relatives keep of c-icap.
const ICAP_MODULES: &str = "c_icap/virus_scan.so";

/// The file that every scanner is asked to find. In two parts, so that none finds it here.
pub fn eicar() -> Vec<u8> {
    let (first, second) =
        ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");
    [first, second].concat().into_bytes()
}

/// clamd, at a socket in a folder of its own.
pub struct Clamd {
    child: Child,
    folder: Folder,
    port: u16,
}

impl Clamd {
    pub async fn start() -> Self {
        let folder = Folder::new();
        let path = folder.path();
        std::fs::create_dir(path.join("signatures")).unwrap();
        let bytes: Vec<_> = eicar().iter().map(|byte| format!("{byte:02x}")).collect();
        let bytes = bytes.concat();
        std::fs::write(path.join("signatures/test.ndb"), format!("Eicar-Test:0:*:{bytes}\n"))
            .unwrap();
        let port = free_port();
        let settings = format!(
            "LocalSocket {0}/clamd.sock\nTCPSocket {port}\nTCPAddr 127.0.0.1\n\
             DatabaseDirectory {0}/signatures\nForeground yes\nStreamMaxLength 26M\n",
            path.display()
        );
        std::fs::write(path.join("clamd.conf"), settings).unwrap();
        let mut command = Command::new(program("clamd", "clamav-daemon"));
        command.arg("-c").arg(path.join("clamd.conf"));
        let clamd = Self { child: start(&mut command), folder, port };
        let started = Instant::now();
        while !clamd.answers().await {
            assert!(started.elapsed() < PATIENCE, "clamd did not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        clamd
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("clamd.sock")
    }

    pub fn by_socket(&self) -> ScannerAddress {
        ScannerAddress::read(&format!("clamd://{}", self.socket().display())).unwrap()
    }

    /// Its address over TCP, such as `127.0.0.1:3310`.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    async fn answers(&self) -> bool {
        let Ok(mut stream) = UnixStream::connect(self.socket()).await else { return false };
        let mut answer = Vec::new();
        stream.write_all(b"zPING\0").await.is_ok()
            && stream.read_to_end(&mut answer).await.is_ok()
            && answer == b"PONG\0"
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// c-icap with its virus scan, which asks clamd.
pub struct Icap {
    child: Child,
    _folder: Folder,
    port: u16,
}

impl Icap {
    pub async fn start(clamd: &Clamd) -> Self {
        let folder = Folder::new();
        let modules = modules();
        let port = free_port();
        let settings = format!(
            "PidFile {0}/pid\nCommandsSocket {0}/commands\nPort 127.0.0.1:{port}\n\
             StartServers 1\nMaxServers 1\nMinSpareThreads 2\nMaxSpareThreads 10\n\
             ThreadsPerChild 10\nTmpDir {0}\nServerLog {0}/server.log\n\
             AccessLog {0}/access.log\nLoadMagicFile /etc/c-icap/c-icap.magic\n\
             ModulesDir {1}\nServicesDir {1}\nModule common clamd_mod.so\n\
             Service avscan virus_scan.so\nclamd_mod.ClamdSocket {2}\n\
             virus_scan.DefaultEngine clamd\nvirus_scan.SendPercentData 0\n\
             virus_scan.PassOnError off\nvirus_scan.MaxObjectSize 26M\n\
             virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GRAPHICS STREAM DOCUMENT\n",
            folder.path().display(),
            modules.display(),
            clamd.socket().display(),
        );
        std::fs::write(folder.path().join("c-icap.conf"), settings).unwrap();
        let mut command = Command::new(program("c-icap", "c-icap"));
        command.args(["-N", "-D", "-d", "1", "-f"]).arg(folder.path().join("c-icap.conf"));
        let icap = Self { child: start(&mut command), _folder: folder, port };
        let started = Instant::now();
        while !icap.answers().await {
            assert!(started.elapsed() < PATIENCE, "c-icap did not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        icap
    }

    /// As c-icap is set up by those who packaged it: it answers when it has seen everything.
    pub fn address(&self) -> ScannerAddress {
        self.service("avscan?allow204=on&sizelimit=off&mode=simple")
    }

    /// It begins to answer while a content still comes, so it may pass it on to say yes.
    pub fn eager(&self) -> ScannerAddress {
        self.service("avscan")
    }

    fn service(&self, name: &str) -> ScannerAddress {
        ScannerAddress::read(&format!("icap://127.0.0.1:{}/{name}", self.port)).unwrap()
    }

    /// Whether the service is there, which it says when it is asked for its options.
    async fn answers(&self) -> bool {
        let address = format!("127.0.0.1:{}", self.port);
        let Ok(mut stream) = TcpStream::connect(&address).await else { return false };
        let asked = format!(
            "OPTIONS icap://{address}/avscan ICAP/1.0\r\nHost: {address}\r\n\
             Connection: close\r\n\r\n"
        );
        let mut answer = Vec::new();
        stream.write_all(asked.as_bytes()).await.is_ok()
            && stream.read_to_end(&mut answer).await.is_ok()
            && answer.starts_with(b"ICAP/1.0 200")
    }
}

impl Drop for Icap {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A port that nobody uses now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program of the system, also where only administrators find it.
fn program(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| missing(name, package))
}

/// Where the modules of c-icap are: below a folder for each kind of machine.
fn modules() -> PathBuf {
    let below = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    below
        .map(|entry| entry.path())
        .chain(["/usr/lib".into(), "/usr/local/lib".into()])
        .map(|folder| folder.join(ICAP_MODULES))
        .find(|module| module.is_file())
        .unwrap_or_else(|| missing("virus_scan.so", "libc-icap-mod-virus-scan"))
        .parent()
        .unwrap()
        .to_owned()
}

fn missing(name: &str, package: &str) -> ! {
    panic!(
        "{name} is missing, which these tests need: run `cargo xtask test unit`, which installs \
         it, or install the package {package}"
    )
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Ends a program with its children, which it takes along when it is asked to end.
fn end(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    if asked.is_ok_and(|status| status.success()) {
        let _ = child.wait();
    }
}
