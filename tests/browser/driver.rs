//! The drivers of browsers: programs that WebDriver is spoken to, each with a screen of its own where it needs one.

use crate::engine::Engine;
use std::{
    env,
    io::{BufRead, BufReader, Read},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Starts of a driver before a test gives up: the free port that one finds can be another's before it listens.
const STARTS: usize = 5;
/// How often a driver is asked whether it listens.
const PAUSE: Duration = Duration::from_millis(20);

/// A screen that nobody sees.
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn new() -> Self {
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1400x1200x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = server.unwrap_or_else(|error| {
            panic!("Xvfb does not start ({error}): install the package xvfb, or run `make test`, which does")
        });
        let mut line = String::new();
        BufReader::new(server.stdout.take().expect("piped")).read_line(&mut line).expect("Xvfb says its number");
        Self { server, name: format!(":{}", line.trim()) }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        end(&mut self.server);
    }
}

pub struct Driver {
    program: Child,
    pub port: u16,
    _screen: Option<Screen>,
}

impl Driver {
    pub fn start(engine: &Engine) -> Self {
        (0..STARTS).find_map(|_| Self::try_start(engine)).unwrap_or_else(|| {
            panic!("the driver of {} ended {STARTS} times before it listened: run it by hand to see why", engine.name)
        })
    }

    /// A driver that listens; `None` if it ended before it did.
    fn try_start(engine: &Engine) -> Option<Self> {
        let (variable, usual) = engine.driver;
        let name = env::var(variable).unwrap_or_else(|_| usual.into());
        let screen = engine.screen.then(Screen::new);
        let free = || Some(TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port());
        let port = if engine.says.is_some() { 0 } else { free()? };
        let mut command = Command::new(&name);
        command.arg(format!("--port={port}")).args(engine.arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        command.envs(engine.environment.iter().copied());
        if let Some(screen) = &screen {
            command.env("DISPLAY", &screen.name);
        }
        let mut program = command.spawn().unwrap_or_else(|error| {
            let engine = engine.name;
            panic!("{name} does not start ({error}): install {engine} and its driver, or run `make test`, which does")
        });
        let output = BufReader::new(program.stdout.take().expect("piped"));
        let port = match engine.says {
            Some(words) => said(output, words),
            None => {
                drain(output);
                listens(&mut program, port)
            }
        };
        match port {
            Some(port) => Some(Self { program, port, _screen: screen }),
            None => {
                end(&mut program);
                None
            }
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.program.id()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        end(&mut self.program);
    }
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The port that a driver says behind these words.
fn said(output: BufReader<impl Read + Send + 'static>, words: &str) -> Option<u16> {
    let mut lines = output.lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, rest) = line.split_once(words)?;
        rest.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
    });
    thread::spawn(move || lines.for_each(drop));
    port
}

/// What nobody reads would stop its writer once the pipe is full.
fn drain(mut output: impl Read + Send + 'static) {
    thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
}

/// The port once something listens there, while the program lives.
fn listens(program: &mut Child, port: u16) -> Option<u16> {
    while matches!(program.try_wait(), Ok(None)) {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(port);
        }
        thread::sleep(PAUSE);
    }
    None
}
