//! A server of canned answers in a process of its own, so that no count holds anything of it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;

use super::case::Case;

/// The argument that makes a measuring program the server.
pub const SERVE: &str = "serve";

/// The server. It ends when this is dropped, or the process that holds it ends.
pub struct Server {
    process: Child,
    _until_closed: Option<ChildStdin>,
    address: String,
}

impl Server {
    /// Starts this very program again, as the server.
    pub fn start() -> Self {
        let program = std::env::current_exe().expect("the path of this program");
        let mut process =
            Command::new(program).arg(SERVE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let until_closed = process.stdin.take();
        let mut address = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut address).expect("its address");
        Self { process, _until_closed: until_closed, address: address.trim().to_owned() }
    }

    /// The base URL under which this case is answered.
    pub fn base_url(&self, case: Case) -> String {
        format!("http://{}{}", self.address, case.base_path())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until the standard input is closed.
pub fn serve() -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?);
    let answers: Vec<(String, Vec<u8>)> = Case::ALL.into_iter().map(|case| (case.base_path() + "/", answer(case))).collect();
    let answers: &'static [(String, Vec<u8>)] = answers.leak();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || connection(stream, answers));
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn answer(case: Case) -> Vec<u8> {
    let body = case.body();
    let head = match case {
        Case::Update => "HTTP/1.1 204 No Content\r\n".to_owned(),
        _ => format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", body.len()),
    };
    let common = "date: Mon, 02 Jun 2025 08:00:00 GMT\r\nserver: bench\r\ncache-control: no-store\r\n\r\n";
    [head.as_bytes(), common.as_bytes(), body.as_bytes()].concat()
}

/// Answers requests by the start of their path, one after the other.
fn connection(mut stream: TcpStream, answers: &[(String, Vec<u8>)]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut body = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                body = value.trim().parse().unwrap_or(0);
            }
        }
        io::copy(&mut (&mut reader).take(body), &mut io::sink())?;
        let answer = answers.iter().find(|(start, _)| path.starts_with(start.as_str()));
        stream.write_all(answer.map_or(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", |(_, answer)| answer))?;
    }
}
