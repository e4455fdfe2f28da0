//! Answers in JSON that are long, and whose length is nearly known before they are written: room for them is
//! taken once, where axum's own answer doubles it eight times and copies what is there.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::ApiError;

/// An answer of about so many bytes.
#[derive(Debug)]
pub(crate) struct LongJson<T> {
    pub(crate) answer: T,
    pub(crate) about_bytes: usize,
}

impl<T: Serialize> IntoResponse for LongJson<T> {
    fn into_response(self) -> Response {
        let mut json = Vec::with_capacity(self.about_bytes);
        match serde_json::to_writer(&mut json, &self.answer) {
            Ok(()) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
            Err(error) => ApiError::internal().said(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::body::{Body, HttpBody};
    use axum::response::{IntoResponse, Response};
    use futures::StreamExt;
    use serde_json::json;

    use super::LongJson;

    async fn whole(response: Response) -> (String, Vec<u8>) {
        let (head, body) = response.into_parts();
        assert!(body.size_hint().exact().is_some());
        let pieces: Vec<_> = Body::into_data_stream(body).collect().await;
        let bytes = pieces.into_iter().flat_map(|piece| piece.unwrap()).collect();
        (format!("{:?} {:?}", head.status, head.headers), bytes)
    }

    #[tokio::test]
    async fn it_is_the_answer_of_axum() {
        for text in ["", "글 \"😀\"\n", &"기준금리 ".repeat(500)] {
            let answer = json!({"text": text});
            for about_bytes in [0, 7, 20_000] {
                let long = LongJson { answer: answer.clone(), about_bytes };
                let (long, usual) = (long.into_response(), Json(answer.clone()).into_response());
                assert_eq!(whole(long).await, whole(usual).await, "{about_bytes}");
            }
        }
    }
}
