// Types of a browser's that playwright-core's own name. Nothing is compiled against them here: what
// runs in the page is handed over as text.
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
