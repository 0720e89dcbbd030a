//! The 19 operations: their ids, methods and path templates.

/// One of the 19 account operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `GET /account`
    AccountGet,
    /// `POST /account`
    AccountUpdate,
    /// `DELETE /account`
    AccountDelete,
    /// `POST /account/email/change`
    EmailChange,
    /// `POST /account/email/verify`
    EmailVerify,
    /// `GET /account/integration`
    IntegrationList,
    /// `DELETE /account/integration`
    IntegrationDelete,
    /// `PUT /account/otp`
    OtpCreate,
    /// `POST /account/otp`
    OtpEnable,
    /// `DELETE /account/otp`
    OtpDisable,
    /// `POST /account/password/reset`
    PasswordReset,
    /// `GET /account/setting`
    SettingGet,
    /// `PUT /account/setting`
    SettingPut,
    /// `DELETE /account/setting`
    SettingDelete,
    /// `GET /account/sub`
    SubAccountList,
    /// `PUT /account/sub`
    SubAccountCreate,
    /// `GET /account/sub/{accountId}`
    SubAccountGet,
    /// `POST /account/sub/{accountId}`
    SubAccountUpdate,
    /// `DELETE /account/sub/{accountId}`
    SubAccountDelete,
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 19] = [
        Operation::AccountGet,
        Operation::AccountUpdate,
        Operation::AccountDelete,
        Operation::EmailChange,
        Operation::EmailVerify,
        Operation::IntegrationList,
        Operation::IntegrationDelete,
        Operation::OtpCreate,
        Operation::OtpEnable,
        Operation::OtpDisable,
        Operation::PasswordReset,
        Operation::SettingGet,
        Operation::SettingPut,
        Operation::SettingDelete,
        Operation::SubAccountList,
        Operation::SubAccountCreate,
        Operation::SubAccountGet,
        Operation::SubAccountUpdate,
        Operation::SubAccountDelete,
    ];

    /// The operation id of the OpenAPI document.
    pub const fn id(self) -> &'static str {
        self.facts().0
    }

    /// The HTTP method.
    pub const fn method(self) -> &'static str {
        self.facts().1
    }

    /// The path template.
    pub const fn path(self) -> &'static str {
        self.facts().2
    }

    const fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Operation::AccountGet => ("account_get", "GET", "/account"),
            Operation::AccountUpdate => ("account_update", "POST", "/account"),
            Operation::AccountDelete => ("account_delete", "DELETE", "/account"),
            Operation::EmailChange => ("email_change", "POST", "/account/email/change"),
            Operation::EmailVerify => ("email_verify", "POST", "/account/email/verify"),
            Operation::IntegrationList => ("integration_list", "GET", "/account/integration"),
            Operation::IntegrationDelete => ("integration_delete", "DELETE", "/account/integration"),
            Operation::OtpCreate => ("otp_create", "PUT", "/account/otp"),
            Operation::OtpEnable => ("otp_enable", "POST", "/account/otp"),
            Operation::OtpDisable => ("otp_disable", "DELETE", "/account/otp"),
            Operation::PasswordReset => ("password_reset", "POST", "/account/password/reset"),
            Operation::SettingGet => ("setting_get", "GET", "/account/setting"),
            Operation::SettingPut => ("setting_put", "PUT", "/account/setting"),
            Operation::SettingDelete => ("setting_delete", "DELETE", "/account/setting"),
            Operation::SubAccountList => ("sub_account_list", "GET", "/account/sub"),
            Operation::SubAccountCreate => ("sub_account_create", "PUT", "/account/sub"),
            Operation::SubAccountGet => ("sub_account_get", "GET", "/account/sub/{accountId}"),
            Operation::SubAccountUpdate => ("sub_account_update", "POST", "/account/sub/{accountId}"),
            Operation::SubAccountDelete => ("sub_account_delete", "DELETE", "/account/sub/{accountId}"),
        }
    }
}
