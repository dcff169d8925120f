/**
 * Lets a library that writes style elements work under a policy that forbids them: what it writes into such an element
 * becomes a style sheet that the document adopts, which is script's to do and needs no exception from the policy.
 */

export interface AdoptedStyles {
  /** Takes the sheets away again. */
  drop(): void;
}

/** For the style elements that are made during `make`, whenever they are written. */
export function withAdoptedStyles(make: () => void): AdoptedStyles {
  const sheets: CSSStyleSheet[] = [];
  const createElement = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    if (name !== "style") return createElement(name, options);
    const sheet = new CSSStyleSheet();
    sheets.push(sheet);
    document.adoptedStyleSheets.push(sheet);
    // Not one of style: even an empty one is against the policy.
    const element = createElement("template");
    Object.defineProperty(element, "textContent", { set: (text: string) => sheet.replaceSync(text) });
    return element;
  };
  try {
    make();
  } finally {
    Reflect.deleteProperty(document, "createElement");
  }
  return {
    drop: () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
    },
  };
}
