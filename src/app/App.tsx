import { useEffect } from 'react';
import { ProgramPanel } from '../checking/ProgramPanel';
import { ReportPanel } from '../checking/ReportPanel';
import { LibraryPanel } from '../library/LibraryPanel';
import { BoardPanel } from '../playing/BoardPanel';
import { RulesPanel } from '../rules/RulesPanel';
import { actionFor } from './actions';
import { useFrom, usePage } from './context';
import { Header } from './Header';
import { Palette } from './Palette';
import { Shortcuts } from './Shortcuts';
import { StatusLine } from './StatusLine';

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, select, textarea') !== null;
}

/** Keys anywhere on the page call the actions that they belong to. */
function useShortcuts(): void {
  const { actions, stores } = usePage();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { overlay, show } = stores.shell.getState();
      if (overlay !== 'none' && event.key === 'Escape') {
        event.preventDefault();
        show('none');
        return;
      }
      const action = actionFor(actions, event, isTyping(event.target));
      if (action === null || (overlay !== 'none' && action.group !== 'Page')) return;
      event.preventDefault();
      action.run();
    };
    // In the capture phase: an editor would keep some of the keys to itself.
    document.addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      document.removeEventListener('keydown', onKeyDown, { capture: true });
    };
  }, [actions, stores]);
}

export function App() {
  useShortcuts();
  const overlay = useFrom('shell', (state) => state.overlay);
  return (
    <>
      <div className="page" inert={overlay !== 'none'}>
        <Header />
        <main>
          <RulesPanel />
          <BoardPanel />
          <ProgramPanel />
          <ReportPanel />
          <LibraryPanel />
        </main>
        <StatusLine />
      </div>
      {overlay === 'palette' && <Palette />}
      {overlay === 'shortcuts' && <Shortcuts />}
    </>
  );
}
