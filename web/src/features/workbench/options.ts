/** How checks and runs are asked for. */

/** What somebody has chosen for every check; the settings fill it. */
export function preferredOptions(): Record<string, unknown> {
  return {};
}
