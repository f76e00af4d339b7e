import { useEffect, useRef, type ReactNode } from 'react';
import { usePage } from './context';

/** A panel over the page: takes the focus, gives it back, closes on Escape or a click beside it. */
export function Overlay({ label, children }: { label: string; children: ReactNode }) {
  const { stores } = usePage();
  const panel = useRef<HTMLDivElement>(null);
  const close = () => {
    stores.shell.getState().show('none');
  };
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      className="overlay"
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      <div
        ref={panel}
        className="panel"
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Tab') keepInside(event, panel.current);
        }}
      >
        {children}
      </div>
    </div>
  );
}

function keepInside(event: React.KeyboardEvent, panel: HTMLElement | null): void {
  const stops = [...(panel?.querySelectorAll<HTMLElement>('button, input, [href]') ?? [])];
  const first = stops[0];
  const last = stops.at(-1);
  if (first === undefined || last === undefined) {
    event.preventDefault();
  } else if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
