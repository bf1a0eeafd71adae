#!/usr/bin/env bash
# Calls each wire format of the platform with curl: its own, OpenAI's, Cohere's, that of Text Embeddings Inference (TEI) and that of older servers.
#   samples/wires.sh [EMBED] [RERANK]     the addresses of EmbedService and RerankService; by default those of ./run
set -euo pipefail
embed="${1:-http://localhost:7081}"
rerank="${2:-http://localhost:7082}"
embed="${embed%/}"
rerank="${rerank%/}"

call() {
  local name="$1" url="$2" body="$3" response
  response="$(curl --silent --show-error --fail-with-body --max-time 60 "$url" -H 'content-type: application/json' \
    ${EMBEDPLATFORM_API_KEY:+-H "authorization: Bearer $EMBEDPLATFORM_API_KEY"} -d "$body")" || { echo "$name: $response" >&2; exit 1; }
  echo "$name: ${response:0:120}"
}

call 'platform, embed' "$embed/api/v1/embed" '{"input": ["first", "second"], "input_type": "document"}'
call 'OpenAI, embed' "$embed/v1/embeddings" '{"model": "text-embedding-3-small", "input": ["first", "second"]}'
call 'Cohere, embed' "$embed/v2/embed" \
  '{"model": "embed-multilingual-v3.0", "texts": ["first"], "input_type": "search_document", "embedding_types": ["float"]}'
call 'TEI, embed' "$embed/embed" '{"inputs": ["first", "second"]}'
call 'older servers, embed' "$embed/embed" '{"texts": ["first", "second"]}'

documents='["gzip compresses files", "vim edits text"]'
call 'platform, rerank' "$rerank/api/v1/rerank" "{\"query\": \"compress a file\", \"documents\": $documents, \"top_n\": 1}"
call 'Cohere, rerank' "$rerank/v2/rerank" "{\"model\": \"rerank-v3.5\", \"query\": \"compress a file\", \"documents\": $documents}"
call 'TEI, rerank' "$rerank/rerank" "{\"query\": \"compress a file\", \"texts\": $documents}"
