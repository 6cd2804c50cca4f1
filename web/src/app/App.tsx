/*
 * The addresses. Home comes with the first load, the rest when it is wanted or
 * when there is time; whoever begins at his conversations wants them before it is
 * known who he is.
 */
import { Route, Routes } from 'react-router';
import { Home } from '../pages/home/Home';
import { NotFound } from '../pages/notfound/NotFound';
import { page } from './page';
import { Shell } from './Shell';
import { SignedIn } from './SignedIn';

const Confirm = page(() => import('../pages/confirm/Confirm'));
const Conversation = page(() => import('../pages/messages/Conversation'));
const Forgot = page(() => import('../pages/forgot/Forgot'));
const messages = () => import('../pages/messages/Messages');
const Messages = page(messages);
const NewConversation = page(() => import('../pages/messages/NewConversation'));
const Notifications = page(() => import('../pages/notifications/Notifications'));
const Profile = page(() => import('../pages/profile/Profile'));
const Search = page(() => import('../pages/search/Search'));
const SignIn = page(() => import('../pages/signin/SignIn'));
const SignUp = page(() => import('../pages/signup/SignUp'));
const Thread = page(() => import('../pages/thread/Thread'));

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
