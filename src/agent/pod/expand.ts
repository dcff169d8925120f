/**
 * Replaces `$(NAME)` by the variable's value. `$$(NAME)` stands for the text `$(NAME)`, and a name without a value is
 * left as it is (Kubernetes API, `Container.command`).
 */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (found: string, name: string | undefined) => {
    if (name === undefined) return "$";
    return variables.get(name) ?? found;
  });
}
