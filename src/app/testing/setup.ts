/** What CodeMirror asks of a browser and jsdom does not have: measurements, all zero. */
const none = { x: 0, y: 0, top: 0, left: 0, right: 0, bottom: 0, width: 0, height: 0 };

export function fillInDom(): void {
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => ({ ...none, toJSON: () => none });
  Element.prototype.scrollIntoView = () => undefined;
}
