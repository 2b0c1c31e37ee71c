/** More requests than any client repeats at the same time. */
const MAX_REMEMBERED = 1000;

/** The last status of each repeated request, so that the event log shows changes and not every poll. */
export class StatusChanges {
  readonly #last = new Map<string, number>();

  /**
   * Remembers a response.
   * @param request what makes two requests the same: method, URL and, for a POST, its body
   * @returns whether this is the first response to the request, or its status differs from the last one
   */
  record(request: string, status: number): boolean {
    const last = this.#last.get(request);
    // Deleted first, so that the oldest request is always the first of the map.
    this.#last.delete(request);
    this.#last.set(request, status);
    if (this.#last.size > MAX_REMEMBERED) this.#last.delete(this.#last.keys().next().value!);
    return status !== last;
  }
}
