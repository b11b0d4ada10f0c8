// Browser types that the declarations of playwright-core name. The tests do not use them: code for the
// page is passed as text.
interface Node {
  readonly nodeName: string;
}
interface HTMLElement extends Node {
  readonly hidden: boolean;
}
interface SVGElement extends Node {
  readonly ownerSVGElement: SVGElement | null;
}
interface HTMLElementTagNameMap {
  readonly html: HTMLElement;
}
