import { useInfiniteQuery } from '@tanstack/react-query';
import { type RefObject, useRef } from 'react';
import { Link, useParams } from 'react-router';
import type { User } from '../../api/client';
import { hasStatus } from '../../api/problem';
import { allItems, groupsQuery, useMe } from '../../api/queries';
import { useDraft } from '../../lib/useDraft';
import { Empty, Failed, Stale } from '../../ui/States';
import { Bubbles } from './Bubbles';
import styles from './Conversation.module.css';
import { groupDraft } from './drafts';
import { Instead } from './Instead';
import { LoadingMessages } from './LoadingMessages';
import { MessageComposer } from './MessageComposer';
import { PersonHead } from './PersonHead';
import { useConversation } from './useConversation';

function NoSuch() {
	return (
		<Empty icon="mail" title="No such conversation">
			<p className="soft">It is not yours, or it was never there.</p>
			<Link to="/messages" className="button">
				Your conversations
			</Link>
		</Empty>
	);
}

type WriteProps = {
	group: string;
	to: string | undefined;
	send: (message: string) => void;
	area: RefObject<HTMLTextAreaElement | null>;
};

/* What is typed stays in here: a letter is no reason to render all messages. */
function Write({ group, to, send, area }: WriteProps) {
	const [text, setText] = useDraft(groupDraft(group));
	return (
		<MessageComposer
			to={to}
			text={text}
			onText={setText}
			area={area}
			onSend={(message) => {
				setText('');
				send(message);
			}}
		/>
	);
}

function Open({ group, me }: { group: string; me: User }) {
	const groups = useInfiniteQuery(groupsQuery);
	const { history, stale, bubbles, send, retry, discard } = useConversation(group, me);
	const area = useRef<HTMLTextAreaElement>(null);
	const other =
		allItems(groups.data).find(({ uuid }) => uuid === group) ??
		bubbles.find(({ handle }) => handle !== me.handle);

	return (
		<div className={styles.conversation}>
			<PersonHead person={other} />
			{history.isPending && <LoadingMessages />}
			{!history.isPending && !history.data && (
				<Instead>
					{hasStatus(history.error, 404) ? (
						<NoSuch />
					) : (
						<Failed error={history.error} retry={history.refetch} what="messages" />
					)}
				</Instead>
			)}
			{history.data && (
				<>
					{stale && <Stale error={stale} />}
					<Bubbles
						bubbles={bubbles}
						me={me}
						older={history}
						retry={retry}
						discard={discard}
						area={area}
					/>
					<Write group={group} to={other?.display_name} send={send} area={area} />
				</>
			)}
		</div>
	);
}

export default function Conversation() {
	const { group = '' } = useParams();
	const me = useMe();
	return me ? <Open key={group} group={group} me={me} /> : null;
}
