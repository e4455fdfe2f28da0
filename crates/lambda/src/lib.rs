//! The service on AWS Lambda: which of the six functions this process is, and how the events of
//! API Gateway become requests for the router and back.
//!
//! The runtime loop and the tables on DynamoDB are wired in where the AWS adapters are built.

pub mod emf;
pub mod function;
pub mod proxy;
