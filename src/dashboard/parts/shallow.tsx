/** A component that is drawn anew only when what it is given has changed. */
import { Component, type ComponentChild } from "preact";

export function shallow<P extends object>(draw: (props: P) => ComponentChild) {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = Object.keys(next) as (keyof P)[];
      return keys.some((key) => next[key] !== this.props[key]);
    }

    override render(props: P): ComponentChild {
      return draw(props);
    }
  };
}
