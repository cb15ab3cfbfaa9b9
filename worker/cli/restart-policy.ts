// `--restart no | always | unless-stopped | on-failure[:MAX]`

/** Throws an Error with Docker's reason; the engine refuses unknown names. */
export function parseRestartPolicy(text: string): { Name: string; MaximumRetryCount: number } {
  if (text === "") return { Name: "", MaximumRetryCount: 0 };
  const [name = "", count, ...more] = text.split(":");
  if (more.length > 0) throw new Error("invalid restart policy format");
  if (count !== undefined && !/^\d{1,9}$/.test(count))
    throw new Error("invalid restart policy format: maximum retry count must be an integer");
  return { Name: name, MaximumRetryCount: Number(count ?? 0) };
}
