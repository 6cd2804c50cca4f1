#!/usr/bin/perl
# Conversations through nginx: paging, and many who send at once.
use v5.36;
use Test::More;
use Cruddur::HTTP;
use Cruddur::Parallel;
use Cruddur::Stack;

my $stack = Cruddur::Stack->start;
my $http = $stack->http;
my $DEMO = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';

sub uuid ($n) { return sprintf '00000000-0000-4000-8000-%012x', $n }

# A client for a child process: a TLS connection cannot be shared.
sub client {
	return Cruddur::HTTP->new(url => $stack->url, ca_file => $stack->ca_file,
	    stack => $stack);
}

# The address of the next page, from the Link header.
sub next_page ($answer) {
	my ($path) = ($answer->{headers}{link} // '')
	    =~ m{^<(/[^>]+)>; rel="next"$};
	return $path;
}

# All pages of a list, as one: [answers], and how many pages.
sub walk ($path, $as) {
	my @pages;
	while ($path) {
		my $r = $http->get($path, as => $as);
		is $r->{status}, 200, "$path" or last;
		push @pages, $r->{json};
		$path = next_page($r);
	}
	return @pages;
}

$stack->token($_) for qw(andrewbrown bayko ulake);

subtest 'show a conversation' => sub {
	my $r = $http->get("/api/messages/$DEMO", as => 'bayko');
	is $r->{status}, 200, 'a member sees it';
	is scalar $r->{json}->@*, 20, 'twenty messages';
	is_deeply [sort keys $r->{json}[0]->%*],
	    [qw(created_at display_name handle message uuid)], 'fields';
	my @times = map { $_->{created_at} } $r->{json}->@*;
	is_deeply \@times, [sort @times], 'oldest first within the page';
	my @pages = walk("/api/messages/$DEMO?limit=7", 'bayko');
	my @all = map { @$_ } reverse @pages;
	my @stored = grep { $_->{sk} =~ /^\d/ } $stack->ddb->query("MSG#$DEMO");
	is_deeply [map { $_->{uuid} } @all], [map { $_->{message_uuid} } @stored],
	    'all pages together are the conversation';
	is $pages[0][-1]{uuid}, $r->{json}[-1]{uuid}, 'the newest page comes first';
	for my $limit (qw(0 101 -1 x 1.5), '') {
		is $http->get("/api/messages/$DEMO?limit=$limit",
		    as => 'bayko')->{status}, 422, "limit '$limit'";
	}
	is $http->get("/api/messages/$DEMO?limit=100", as => 'bayko')->{status}, 200,
	    'limit 100';
};

subtest 'whose conversation' => sub {
	my $stranger = $http->get("/api/messages/$DEMO", as => 'ulake');
	my $nothing = $http->get('/api/messages/' . uuid(1), as => 'ulake');
	is $stranger->{status}, 404, "somebody else's";
	is $nothing->{status}, 404, 'one that is not there';
	is_deeply $stranger->{json}, $nothing->{json}, 'look the same';
	is $http->get("/api/messages/$DEMO")->{status}, 401, 'nobody';
	is $http->get('/api/messages/xyz', as => 'bayko')->{status}, 404, 'no uuid';
	my $page = $http->get("/api/messages/$DEMO?limit=5", as => 'bayko');
	is $http->get(next_page($page), as => 'andrewbrown')->{status}, 422,
	    "the other's cursor";
	is $http->get(next_page($page), as => 'ulake')->{status}, 422,
	    "a member's cursor in a stranger's hand";
	is $http->post('/api/messages',
	    { message => 'hi', message_group_uuid => $DEMO }, as => 'ulake')
	    ->{status}, 404, 'a stranger writes';
};

subtest 'send, and list' => sub {
	my $r = $http->post('/api/messages',
	    { message => "  h\x{e9} \x{1f600}\n", message_group_uuid => uc $DEMO },
	    as => 'bayko');
	is $r->{status}, 200, 'into a conversation';
	is $r->{json}{message}, "h\x{e9} \x{1f600}", 'trimmed';
	is $r->{json}{message_group_uuid}, $DEMO, 'its group';
	is $r->{json}{handle}, 'bayko', 'its sender';
	like $r->{json}{created_at},
	    qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/, 'its time';
	my $shown = $http->get("/api/messages/$DEMO?limit=1", as => 'andrewbrown');
	is $shown->{json}[0]{uuid}, $r->{json}{uuid}, 'the other one reads it';

	my $new = $http->post('/api/messages',
	    { message => 'hello', handle => 'ULAKE' }, as => 'bayko');
	is $new->{status}, 200, 'to a person, whatever the case';
	is_deeply [keys $new->{json}->%*], ['message_group_uuid'], 'the group';
	my $again = $http->post('/api/messages',
	    { message => 'hello too', handle => '@bayko' }, as => 'ulake');
	is_deeply $again->{json}, $new->{json}, 'the answer goes to the same one';
	for my $who (qw(bayko ulake)) {
		my $list = $http->get('/api/message_groups', as => $who);
		my ($row) = grep { $_->{uuid} eq $new->{json}{message_group_uuid} }
		    $list->{json}->@*;
		is $row->{handle}, $who eq 'bayko' ? 'ulake' : 'bayko',
		    "$who sees the other";
		is_deeply [sort keys %$row],
		    [qw(created_at display_name handle message uuid)], 'fields';
	}
};

subtest 'ten thousand messages, page by page' => sub {
	my $group = uuid(10_000);
	# with somebody whom no other subtest talks to
	my ($ulake, $other) = ($stack->uuid('ulake'), uuid(777));
	my @items = map { {
		pk => "MSG#$group", message => "m$_", message_uuid => uuid($_),
		sk => sprintf('2026-01-%02dT%02d:%02d:%02d.%06d+00:00',
		    1 + $_ / 1000, $_ / 100 % 24, $_ / 7 % 60, $_ % 60, $_),
		user_uuid => $_ % 2 ? $other : $ulake, user_handle => 'x',
		user_display_name => 'X',
	} } 1 .. 10_000;
	push @items, map { {
		pk => "MSG#$group", sk => "MEMBER#$_", user_uuid => $_,
		user_handle => 'x', user_display_name => 'X',
		joined_at => '2026-01-01T00:00:00.000000+00:00',
	} } $other, $ulake;
	$stack->ddb->put(@items);
	my @pages = walk("/api/messages/$group?limit=100", 'ulake');
	is scalar @pages, 100, 'a hundred pages';
	my @texts = map { $_->{uuid} } map { @$_ } reverse @pages;
	my @want = map { $_->{message_uuid} } sort { $a->{sk} cmp $b->{sk} }
	    grep { $_->{message_uuid} } @items;
	ok join(' ', @texts) eq join(' ', @want), 'none lost, none twice, in order';
};

subtest 'two hundred first messages at once' => sub {
	my @answers = parallel(32, [1 .. 200], sub ($n) {
		state $mine = client();
		my ($from, $to) = $n % 2 ? qw(andrewbrown ulake) : qw(ulake andrewbrown);
		return $mine->post('/api/messages',
		    { message => "first $n", handle => $to }, as => $from);
	});
	my %status;
	$status{ $_->{status} }++ for @answers;
	is_deeply \%status, { 200 => 200 }, 'all are answered'
	    or diag explain [grep { $_->{status} != 200 } @answers];
	my %groups = map { $_->{json}{message_group_uuid} => 1 } @answers;
	is scalar keys %groups, 1, 'one conversation';
	my ($group) = keys %groups;
	my @stored = grep { $_->{message} } $stack->ddb->query("MSG#$group");
	is scalar @stored, 200, 'two hundred messages';
	for my $who (qw(andrewbrown ulake)) {
		my @rows = grep { $_->{message_group_uuid} eq $group }
		    $stack->ddb->query('GRP#' . $stack->uuid($who));
		is scalar @rows, 1, "one row in $who\'s inbox";
	}
};

subtest 'a thousand sends, three times each' => sub {
	my @work = map { my $n = $_; map { $n } 1 .. 3 } 1 .. 1000;
	my @answers = parallel(32, \@work, sub ($n) {
		state $mine = client();
		return $mine->post('/api/messages',
		    { message => "keyed $n", message_group_uuid => $DEMO },
		    as => 'bayko', headers => { 'Idempotency-Key' => uuid(50_000 + $n) });
	});
	my %status;
	$status{ $_->{status} }++ for @answers;
	is_deeply \%status, { 200 => 3000 }, 'all are answered';
	my %same;
	$same{ $work[$_] }{ $answers[$_]{content} } = 1 for 0 .. $#work;
	is scalar(grep { keys %$_ != 1 } values %same), 0,
	    'each repeat gets the answer of the first';
	my @stored = grep { ($_->{message} // '') =~ /^keyed / }
	    $stack->ddb->query("MSG#$DEMO");
	is scalar @stored, 1000, 'a thousand messages';
	my $r = $http->post('/api/messages',
	    { message => 'keyed 2', message_group_uuid => $DEMO }, as => 'bayko',
	    headers => { 'Idempotency-Key' => uuid(50_001) });
	is $r->{status}, 409, 'another text';
	is_deeply $r->{json}{errors}, ['idempotency_key_reused'], 'and its code';
};

done_testing;
