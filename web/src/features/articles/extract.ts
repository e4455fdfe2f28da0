/** A file's text, taken out on the server. Uploading tells how far it is, which `fetch` cannot. */
import { credentialHeaders } from '../../api/credentials';
import { ApiError, ended, refusal, unreachable } from '../../api/http';
import type { components } from '../../api/schema';

export const MOST_BYTES = 20 * 1024 * 1024;
export const KINDS = '.txt,.docx,.hwp,.hwpx,.pdf';

export type Extracted = components['schemas']['ExtractedWire'];

/** Sends the file; `onProgress` hears of the share from 0 to 1 that has gone out. */
export function extract(file: File, onProgress: (share: number) => void): Promise<Extracted> {
  if (file.size > MOST_BYTES) return Promise.reject(new ApiError('too_large', file.name, 413));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/files/extract?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(credentialHeaders('POST'))) {
      request.setRequestHeader(name, value);
    }
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      if (request.status === 401) ended(request.response);
      if (request.status === 200 && request.response) resolve(request.response as Extracted);
      else if (request.status === 413) reject(new ApiError('too_large', file.name, 413));
      else reject(refusal(request.response, { status: request.status, headers: new Headers() }));
    };
    request.send(file);
  });
}
