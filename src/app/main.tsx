import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createActions } from './actions';
import { App } from './App';
import { PageProvider } from './context';
import { download } from './download';
import { focusEditor } from './editors';
import { fetchWhenIdle, keepPage } from './offline';
import { createServices, fetchStarter } from './services';
import { createStores } from './stores';
import './styles/index.css';

const stores = createStores(createServices());
const actions = createActions(stores, { download, focus: focusEditor });

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <PageProvider page={{ stores, actions }}>
      <App />
    </PageProvider>
  </StrictMode>,
);

void stores.start();

void keepPage();
// Writing fetches for itself, with its progress shown: the fetch ahead then gives way.
const ahead = new AbortController();
stores.writing.subscribe(() => ahead.abort());
void fetchWhenIdle(() => fetchStarter(ahead.signal)).then(() => stores.models.getState().look());

const flush = (): void => {
  stores.library.getState().flush();
};
addEventListener('pagehide', flush);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') flush();
});
