import { Component, type ReactNode } from 'react';
import { Empty } from '../ui/States';
import { retryPages } from './page';

type Props = { at: string; children: ReactNode };

/*
 * A page that broke, or that could not be loaded: there was no network, or a new
 * release has replaced it. Another address is another try, and so is a network.
 */
export class Boundary extends Component<Props> {
	override state = { broken: false };

	static getDerivedStateFromError() {
		return { broken: true };
	}

	override componentDidMount() {
		window.addEventListener('online', this.tryAgain);
	}

	override componentDidUpdate(before: Props) {
		if (before.at !== this.props.at) this.tryAgain();
	}

	override componentWillUnmount() {
		window.removeEventListener('online', this.tryAgain);
	}

	tryAgain = () => {
		if (!this.state.broken) return;
		retryPages();
		this.setState({ broken: false });
	};

	override render() {
		if (!this.state.broken) return this.props.children;
		return (
			<Empty icon="alert" title="This page did not load">
				<p className="soft">cruddur may have been updated, or the connection broke.</p>
				<button type="button" className="button" onClick={() => location.reload()}>
					Reload
				</button>
			</Empty>
		);
	}
}
