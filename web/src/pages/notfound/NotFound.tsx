import { Link } from 'react-router';
import { Head } from '../../ui/Head';
import { Empty } from '../../ui/States';

export function NotFound() {
	return (
		<>
			<Head title="Nothing here" hidden />
			<Empty icon="search" title="It burned down, or never was">
				<p className="soft">There is no page at this address.</p>
				<Link to="/" className="button">
					Back home
				</Link>
			</Empty>
		</>
	);
}
