import '@fontsource-variable/figtree/wght.css';
import '@fontsource-variable/bricolage-grotesque/wght.css';
import './app/theme.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app/App';
import { fetchPages } from './app/page';
import { queryClient } from './app/queryClient';

createRoot(document.getElementById('root') as HTMLElement).render(
	<StrictMode>
		<QueryClientProvider client={queryClient}>
			<BrowserRouter>
				<App />
			</BrowserRouter>
		</QueryClientProvider>
	</StrictMode>,
);

/* Safari has no requestIdleCallback. */
const whenIdle = window.requestIdleCallback ?? setTimeout;
window.addEventListener('load', () => whenIdle(fetchPages));
window.addEventListener('online', fetchPages);
