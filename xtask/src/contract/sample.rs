//! For tests: a contract written as an OpenAPI 3.0 and as a Swagger 2.0 document, and ways to change those in one place.

use serde_json::{Value, json};

use super::document::Form;
use super::{Contract, Input, Operation, Response, Schema};

/// A document made of the checked-in lock.
pub(crate) struct Sample {
    pub(crate) form: Form,
    pub(crate) document: Value,
}

pub(crate) const FORMS: [Form; 2] = [Form::OpenApi3, Form::Swagger2];

/// The checked-in lock.
pub(crate) fn lock() -> Contract {
    Contract::from_lock(include_str!("../../../openapi/vendor.lock.json")).expect("the lock is a lock")
}

impl Sample {
    /// Writes the lock in one of the forms.
    pub(crate) fn new(form: Form) -> Self {
        let lock = lock();
        let mut sample = Self { form, document: sample_head(form, &lock.version) };
        for (name, operation) in &lock.operations {
            sample.document["paths"][&name.path][name.method.to_lowercase()] = sample.operation_of(operation);
        }
        for (name, schema) in &lock.schemas {
            let schema = sample.schema_of(schema);
            sample.schemas()[name] = schema;
        }
        // A schema that no operation reaches never enters a contract.
        sample.schemas()["Unreached"] = json!({"type": "object"});
        sample
    }

    /// The document as text.
    pub(crate) fn text(&self) -> Vec<u8> {
        self.document.to_string().into_bytes()
    }

    pub(crate) fn contract(&self) -> anyhow::Result<Contract> {
        Contract::from_document(&self.text())
    }

    fn operation_of(&self, operation: &Operation) -> Value {
        let mut parameters: Vec<Value> = operation
            .parameters
            .iter()
            .map(|(key, Input { required, schema })| {
                let (place, name) = key.split_once(' ').expect("place and name");
                let mut parameter = match self.form {
                    Form::OpenApi3 => json!({"schema": self.schema_of(schema)}),
                    Form::Swagger2 => self.schema_of(schema),
                };
                parameter["in"] = place.into();
                parameter["name"] = name.into();
                parameter["required"] = (*required).into();
                parameter
            })
            .collect();
        let mut value = json!({"tags": ["Account"], "operationId": "prose", "summary": "prose"});
        if let Some(Input { required, schema }) = &operation.request_body {
            let schema = self.schema_of(schema);
            match self.form {
                Form::OpenApi3 => {
                    value["requestBody"] = json!({"required": required, "content": {"application/json": {"schema": schema}}});
                }
                Form::Swagger2 => {
                    parameters.push(json!({"in": "body", "name": "body", "required": required, "schema": schema}));
                }
            }
        }
        value["parameters"] = parameters.into();
        for (status, response) in &operation.responses {
            value["responses"][status] = json!({"description": "prose"});
            if let Response::Body(schema) = response {
                let schema = self.schema_of(schema);
                match self.form {
                    Form::OpenApi3 => value["responses"][status]["content"] = json!({"*/*": {"schema": schema}}),
                    Form::Swagger2 => value["responses"][status]["schema"] = schema,
                }
            }
        }
        let alternatives = operation.security.iter().map(|alternative| match alternative.split_once('(') {
            Some((_, scopes)) => {
                json!({"oauth": scopes.trim_end_matches(')').split(", ").collect::<Vec<_>>()})
            }
            None if alternative == "oauth2" => json!({"oauth": []}),
            // Named, and defined nowhere, as the vendor has it.
            None => json!({"api_key": []}),
        });
        value["security"] = alternatives.collect();
        value
    }

    fn schema_of(&self, schema: &Schema) -> Value {
        let home = match self.form {
            Form::OpenApi3 => "#/components/schemas/",
            Form::Swagger2 => "#/definitions/",
        };
        let text = serde_json::to_string(schema).expect("a schema is JSON");
        serde_json::from_str(&text.replace(r#""$ref":""#, &format!(r#""$ref":"{home}"#))).expect("it still is")
    }

    fn schemas(&mut self) -> &mut Value {
        match self.form {
            Form::OpenApi3 => &mut self.document["components"]["schemas"],
            Form::Swagger2 => &mut self.document["definitions"],
        }
    }

    /// A reference to a named schema.
    pub(crate) fn reference(&self, name: &str) -> Value {
        self.schema_of(&Schema { reference: Some(name.to_owned()), ..Schema::default() })
    }

    /// A named schema.
    pub(crate) fn schema(&mut self, name: &str) -> &mut Value {
        &mut self.schemas()[name]
    }

    /// The members of a named schema.
    pub(crate) fn member(&mut self, schema: &str, name: &str) -> &mut Value {
        &mut self.schema(schema)["properties"][name]
    }

    /// The operations of a path.
    pub(crate) fn path(&mut self, path: &str) -> &mut serde_json::Map<String, Value> {
        self.document["paths"][path].as_object_mut().expect("a path")
    }

    /// An operation, such as `GET /account`.
    pub(crate) fn operation(&mut self, name: &str) -> &mut Value {
        let (method, path) = name.split_once(' ').expect("method and path");
        &mut self.document["paths"][path][method.to_lowercase()]
    }

    /// The parameter of an operation; its schema stands inside in OpenAPI 3.0 only.
    pub(crate) fn parameter(&mut self, operation: &str, name: &str) -> &mut Value {
        let list = self.operation(operation)["parameters"].as_array_mut().expect("parameters");
        list.iter_mut().find(|parameter| parameter["name"] == name).expect("the parameter")
    }

    /// Adds a parameter of the type string.
    pub(crate) fn add_parameter(&mut self, operation: &str, name: &str, required: bool) {
        let mut parameter = json!({"in": "query", "name": name, "required": required});
        match self.form {
            Form::OpenApi3 => parameter["schema"] = json!({"type": "string"}),
            Form::Swagger2 => parameter["type"] = "string".into(),
        }
        self.operation(operation)["parameters"].as_array_mut().expect("parameters").push(parameter);
    }

    /// The schema of a parameter.
    pub(crate) fn parameter_schema(&mut self, operation: &str, name: &str) -> &mut Value {
        match self.form {
            Form::OpenApi3 => &mut self.parameter(operation, name)["schema"],
            Form::Swagger2 => self.parameter(operation, name),
        }
    }

    /// The request body of an operation: what holds `required`.
    pub(crate) fn body(&mut self, operation: &str) -> &mut Value {
        match self.form {
            Form::OpenApi3 => &mut self.operation(operation)["requestBody"],
            Form::Swagger2 => self.parameter(operation, "body"),
        }
    }

    /// Takes the request body away.
    pub(crate) fn remove_body(&mut self, operation: &str) {
        let operation = self.operation(operation).as_object_mut().expect("an operation");
        operation.remove("requestBody");
        operation["parameters"].as_array_mut().expect("parameters").retain(|parameter| parameter["in"] != "body");
    }

    /// The schema of a response, which is made where there is none.
    pub(crate) fn response(&mut self, operation: &str, status: &str) -> &mut Value {
        let form = self.form;
        let response = &mut self.operation(operation)["responses"][status];
        match form {
            Form::OpenApi3 => &mut response["content"]["*/*"]["schema"],
            Form::Swagger2 => &mut response["schema"],
        }
    }
}

fn sample_head(form: Form, version: &str) -> Value {
    let scopes = json!({"account": "prose", "smartlock": "prose"});
    let info = json!({"title": "prose", "version": version});
    match form {
        Form::OpenApi3 => {
            json!({"openapi": "3.0.0", "info": info, "paths": {}, "components": {"schemas": {}, "securitySchemes": {
                "oauth": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "/", "scopes": scopes}}},
            }}})
        }
        Form::Swagger2 => {
            json!({"swagger": "2.0", "info": info, "paths": {}, "definitions": {}, "securityDefinitions": {
                "oauth": {"type": "oauth2", "flow": "implicit", "authorizationUrl": "/", "scopes": scopes},
            }})
        }
    }
}
