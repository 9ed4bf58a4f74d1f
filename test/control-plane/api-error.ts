/** An answer of the API server that is not a success; `status` is the HTTP status, `message` what it says. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The error that an answer is; `asked` is the method and the path, for an answer that explains nothing. */
export const apiError = (asked: string, status: number, body: string): ApiError => {
  try {
    const { reason, message } = JSON.parse(body) as { reason?: string; message?: string };

    return new ApiError(status, reason ?? '', message ?? `${asked}: ${status}`);
  } catch {
    return new ApiError(status, '', `${asked}: ${status} ${body}`.trim());
  }
};

/** What is answered, or undefined when there is no such thing. Rejects with every other error. */
export const orUndefined = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
};
