import { Component, type ReactNode } from 'react';
import { Empty } from '../ui/States';

type Props = { at: string; children: ReactNode };

/*
 * A page that broke, or a part of it that a new release has replaced. Another
 * address is another try.
 */
export class Boundary extends Component<Props> {
	override state = { broken: false };

	static getDerivedStateFromError() {
		return { broken: true };
	}

	override componentDidUpdate(before: Props) {
		if (before.at !== this.props.at) this.setState({ broken: false });
	}

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
