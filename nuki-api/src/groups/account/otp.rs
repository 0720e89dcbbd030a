//! `/account/otp`: the enrolment for one-time passwords.

use std::fmt;
use std::str::FromStr;

use nuki_api_gen::{Base32Secret, Operation, Response, ResponseValue, Secret};

use crate::account::OtpApi;
use crate::call::{Action, Call, Generated, GeneratedError};
use crate::input::InvalidValue;
#[cfg(feature = "totp")]
use crate::input::OtpCode;

impl OtpApi {
    /// Makes a new secret for an authenticator app: `PUT /account/otp`. It takes effect with [`enable`](Self::enable).
    ///
    /// It is never sent twice: it is only tried again if it never left.
    ///
    /// # Errors
    ///
    /// - [`Unauthorized`](crate::ErrorKind::Unauthorized): the token is missing, unknown or lacks the scope `account`.
    /// - [`Rejected`](crate::ErrorKind::Rejected): 405, one-time passwords are enabled already; disable them first.
    /// - [`Decode`](crate::ErrorKind::Decode): what came back is no secret in Base32.
    /// - Others as for every call: [`ErrorKind`](crate::ErrorKind) lists them all.
    ///
    #[doc = example!(
        r#"let enrolment = nuki.account().otp().create().await?;
println!("scan this:\n{}", enrolment.qr_text("ada@example.com")?.expose());"#
    )]
    pub fn create(&self) -> Call<CreateOtp> {
        Call::new(&self.client, |_| CreateOtp)
    }
}

/// The secret of one-time passwords, in Base32: upper case, without spaces, dashes and padding. `Debug` does not show it, and
/// its memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct OtpSecret(Base32Secret);

impl OtpSecret {
    /// The secret itself, in Base32. Keep it out of logs.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl FromStr for OtpSecret {
    type Err = InvalidValue;

    /// Takes the secret in either case, in groups or not, with or without padding, and with or without the quotes of JSON.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Base32Secret::parse(text).map(Self).ok_or_else(|| InvalidValue::new("is no secret in Base32"))
    }
}

impl fmt::Debug for OtpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtpSecret([redacted])")
    }
}

/// What an authenticator app needs to know. `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub struct Enrolment {
    secret: OtpSecret,
}

impl Enrolment {
    /// The secret.
    pub fn secret(&self) -> &OtpSecret {
        &self.secret
    }

    /// The URI that authenticator apps read, mostly from a QR code. `account` is the name that the app shows, such as
    /// the e-mail address. The URI holds the secret.
    pub fn uri(&self, account: &str) -> Secret {
        let account = nuki_api_gen::runtime::encode_path(account);
        let (start, end) = ("otpauth://totp/Nuki:", "&issuer=Nuki&algorithm=SHA1&digits=6&period=30");
        // In one piece: a string that grows leaves copies behind.
        Secret::from([start, &account, "?secret=", self.secret.expose(), end].concat())
    }

    /// The QR code of [`uri`](Self::uri) as text, for a terminal with dark letters on light ground or the reverse. It holds
    /// the secret.
    ///
    /// # Errors
    ///
    /// When the name of the account is too long for a QR code.
    #[cfg(feature = "totp")]
    pub fn qr_text(&self, account: &str) -> Result<Secret, InvalidValue> {
        let code = qrcode::QrCode::new(self.uri(account).expose()).map_err(|_| InvalidValue::new("is too long for a QR code"))?;
        Ok(Secret::from(code.render::<qrcode::render::unicode::Dense1x2>().build()))
    }

    /// The code of this moment: TOTP with SHA-1, 6 digits and 30 seconds.
    ///
    /// # Errors
    ///
    /// When the service gave a secret that is none.
    #[cfg(feature = "totp")]
    pub fn code_now(&self) -> Result<OtpCode, InvalidValue> {
        self.code_at(std::time::SystemTime::now())
    }

    /// The code of another moment.
    ///
    /// # Errors
    ///
    /// As [`code_now`](Self::code_now).
    #[cfg(feature = "totp")]
    pub fn code_at(&self, time: std::time::SystemTime) -> Result<OtpCode, InvalidValue> {
        let secret = totp_rs::Secret::try_from_base32(self.secret.expose());
        let secret = secret.map_err(|_| InvalidValue::new("is no secret in Base32"))?;
        // The defaults are those of RFC 6238, and the service's: SHA-1, 6 digits, 30 seconds. A short secret passes.
        let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
        let seconds = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
        Secret::from(totp.generate(seconds).to_string()).try_into()
    }
}

/// See [`create`](OtpApi::create).
#[derive(Debug)]
pub struct CreateOtp;

impl Action for CreateOtp {
    const OPERATION: Operation = Operation::OtpCreate;
    type Output = Enrolment;

    async fn perform(&mut self, nuki: Generated<'_>) -> Result<ResponseValue<Enrolment>, GeneratedError> {
        let enrolment = |secret| Enrolment { secret: OtpSecret(secret) };
        match nuki.otp_create().await {
            Ok(secret) => Ok(secret.map(enrolment)),
            Err(GeneratedError::Decode { response, error }) => match without_quotes(&response) {
                Some(secret) => Ok(ResponseValue::new(enrolment(secret), response)),
                None => Err(GeneratedError::Decode { response, error }),
            },
            Err(error) => Err(error),
        }
    }
}

/// A secret without the quotes of JSON.
fn without_quotes(response: &Response) -> Option<Base32Secret> {
    let text = std::str::from_utf8(&response.body).ok()?;
    // Quotes are left over from JSON that was cut short, or that holds no secret.
    (!text.contains('"')).then(|| Base32Secret::parse_answer(text))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enrolment() -> Enrolment {
        // The secret of RFC 6238's test vectors for SHA-1, "12345678901234567890", in Base32.
        Enrolment { secret: "\"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"".parse().unwrap() }
    }

    #[test]
    fn a_secret_is_taken_with_and_without_quotes_and_nothing_else_is() {
        for text in ["JBSWY3DPEHPK3PXP", "\"JBSWY3DPEHPK3PXP\"", " jbswy3dpehpk3pxp==\n"] {
            assert_eq!(text.parse::<OtpSecret>().unwrap().expose(), "JBSWY3DPEHPK3PXP", "{text}");
        }
        for text in ["", "\"\"", "no base32!", "<html>", "JBSWY3DP0"] {
            assert!(text.parse::<OtpSecret>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_uri_is_what_authenticator_apps_read() {
        let uri = enrolment().uri("ada lovelace@example.com");
        assert_eq!(
            uri.expose(),
            "otpauth://totp/Nuki:ada%20lovelace%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nuki&algorithm=SHA1\
             &digits=6&period=30"
        );
    }

    #[cfg(feature = "totp")]
    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            assert_eq!(enrolment().code_at(time).unwrap().expose(), code);
        }
    }

    #[cfg(feature = "totp")]
    #[test]
    fn the_qr_code_is_a_square_of_text() {
        let text = enrolment().qr_text("ada@example.com").unwrap();
        let widths = text.expose().lines().map(|line| line.chars().count()).collect::<Vec<_>>();
        assert!(widths.len() > 20 && widths.iter().all(|width| width.abs_diff(2 * widths.len()) <= 1), "{widths:?}");
        assert!(enrolment().qr_text(&"x".repeat(5000)).is_err());
    }

    #[test]
    fn nothing_of_an_enrolment_is_shown() {
        assert_eq!(format!("{:?}", enrolment()), "Enrolment { secret: OtpSecret([redacted]) }");
    }
}
