/*
 * The addresses. Home comes with the first load, the rest when it is wanted;
 * whoever begins at his conversations wants them before it is known who he is.
 */
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { Home } from '../pages/home/Home';
import { NotFound } from '../pages/notfound/NotFound';
import { Shell } from './Shell';
import { SignedIn } from './SignedIn';

const Confirm = lazy(() => import('../pages/confirm/Confirm'));
const Conversation = lazy(() => import('../pages/messages/Conversation'));
const Forgot = lazy(() => import('../pages/forgot/Forgot'));
const messages = () => import('../pages/messages/Messages');
const Messages = lazy(messages);
const NewConversation = lazy(() => import('../pages/messages/NewConversation'));
const Notifications = lazy(() => import('../pages/notifications/Notifications'));
const Profile = lazy(() => import('../pages/profile/Profile'));
const Search = lazy(() => import('../pages/search/Search'));
const SignIn = lazy(() => import('../pages/signin/SignIn'));
const SignUp = lazy(() => import('../pages/signup/SignUp'));
const Thread = lazy(() => import('../pages/thread/Thread'));

if (location.pathname.startsWith('/messages')) messages().catch(() => {}); // asked again when it is shown

export function App() {
	return (
		<Routes>
			<Route element={<Shell />}>
				<Route index element={<Home />} />
				<Route path="search" element={<Search />} />
				<Route path="cruds/:uuid" element={<Thread />} />
				<Route element={<SignedIn />}>
					<Route path="notifications" element={<Notifications />} />
					<Route path="messages" element={<Messages />}>
						<Route path=":group" element={<Conversation />} />
						<Route path="new/:handle" element={<NewConversation />} />
					</Route>
				</Route>
				<Route path="signin" element={<SignIn />} />
				<Route path="signup" element={<SignUp />} />
				<Route path="confirm" element={<Confirm />} />
				<Route path="forgot" element={<Forgot />} />
				<Route path=":at" element={<Profile />} />
				<Route path="*" element={<NotFound />} />
			</Route>
		</Routes>
	);
}
