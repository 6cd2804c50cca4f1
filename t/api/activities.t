#!/usr/bin/perl
# Cruds: writing, replying, every list, expiry, counters under load.
use v5.36;
use Test::More;
use Cruddur::HTTP;
use Cruddur::Parallel;
use Cruddur::Stack;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my $stack = Cruddur::Stack->start;
my $http = $stack->http;
my $dbh = $stack->dbh;
my @FIELDS = qw(created_at display_name expires_at handle likes_count message
    replies_count reply_to_activity_uuid reposts_count uuid);
my $NOWHERE = '00000000-0000-4000-8000-000000000001';
$stack->token($_) for qw(andrewbrown bayko ulake);

sub crud ($text, %opt) {
	my $r = $http->post('/api/activities',
	    { message => $text, ttl => $opt{ttl} // '7-days' },
	    as => $opt{as} // 'andrewbrown');
	is $r->{status}, 200, "a crud: $text";
	return $r->{json};
}

sub reply ($crud, $text, $as) {
	return $http->post("/api/activities/$crud->{uuid}/reply",
	    { message => $text }, as => $as);
}

# Messages of all pages of a list, and whether each page was full but the last.
sub walk ($path, $limit, %opt) {
	my (@all, @sizes);
	$path .= ($path =~ /\?/ ? '&' : '?') . "limit=$limit";
	while ($path) {
		my $r = $http->get($path, %opt);
		is $r->{status}, 200, $path or last;
		my $list = ref $r->{json} eq 'HASH'
		    ? $r->{json}{activities} // $r->{json}{replies} : $r->{json};
		push @all, map { $_->{message} } @$list;
		push @sizes, scalar @$list;
		($path) = ($r->{headers}{link} // '') =~ m{^<([^>]+)>; rel="next"$};
	}
	pop @sizes;
	is scalar(grep { $_ != $limit } @sizes), 0, 'full pages but for the last';
	return @all;
}

sub expire ($uuid) {
	$dbh->do(q{UPDATE activities SET created_at = now() - interval '2 days',
	    expires_at = now() - interval '1 second' WHERE uuid = ?}, undef, $uuid);
	return;
}

subtest 'write' => sub {
	my $crud = crud("  Cloud is \x{2601} fun!\n");
	is_deeply [sort keys %$crud], \@FIELDS, 'fields';
	is $crud->{message}, "Cloud is \x{2601} fun!", 'trimmed';
	is $crud->{handle}, 'andrewbrown', 'by whom';
	is $crud->{replies_count}, 0, 'no replies yet';
	is $crud->{reply_to_activity_uuid}, undef, 'to nothing';
	my %seconds = ('30-days' => 2_592_000, '7-days' => 604_800,
	    '3-days' => 259_200, '1-day' => 86_400, '12-hours' => 43_200,
	    '3-hours' => 10_800, '1-hour' => 3_600);
	for my $ttl (sort keys %seconds) {
		my $uuid = crud("lives $ttl", ttl => $ttl)->{uuid};
		is $dbh->selectrow_array('SELECT extract(epoch from
		    expires_at - created_at)::int FROM activities WHERE uuid = ?',
		    undef, $uuid), $seconds{$ttl}, "$ttl in seconds";
	}
	my @bad = (
		[{ message => 'x' }, 'ttl_blank'],
		[{ message => 'x', ttl => '' }, 'ttl_blank'],
		[{ message => 'x', ttl => '2-days' }, 'ttl_invalid'],
		[{ message => 'x', ttl => 7 }, 'ttl_invalid'],
		[{ message => ' ', ttl => '1-day' }, 'message_blank'],
		[{ message => 'x' x 281, ttl => '1-day' }, 'message_exceed_max_chars'],
		[{ message => ['x'], ttl => '1-day' }, 'message_invalid'],
		[{}, 'message_blank ttl_blank'],
	);
	for my $case (@bad) {
		my $r = $http->post('/api/activities', $case->[0], as => 'bayko');
		is $r->{status}, 422, "$case->[1]: refused";
		is join(' ', sort $r->{json}{errors}->@*), $case->[1], 'its codes';
	}
	crud("\x{1f600}" x 280);
	is $http->post('/api/activities', { message => 'x', ttl => '1-day' })
	    ->{status}, 401, 'nobody';
};

subtest 'reply, and see it' => sub {
	my $crud = crud('a question');
	my $r = reply($crud, 'an answer', 'bayko');
	is $r->{status}, 200, 'a reply';
	is $r->{json}{reply_to_activity_uuid}, $crud->{uuid}, 'to the crud';
	is $r->{json}{expires_at}, $crud->{expires_at}, 'expires with it';
	reply($crud, 'my own addition', 'andrewbrown');
	my $show = $http->get("/api/activities/$crud->{uuid}")->{json};
	is $show->{activity}{replies_count}, 2, 'they are counted';
	is_deeply [map { $_->{message} } $show->{replies}->@*],
	    ['an answer', 'my own addition'], 'shown, oldest first';
	my $seen = $http->get('/api/activities/notifications', as => 'andrewbrown');
	is $seen->{json}[0]{message}, 'an answer', 'the author is notified';
	is scalar(grep { $_->{message} eq 'my own addition' } $seen->{json}->@*), 0,
	    'but not of his own';
	is reply({ uuid => $NOWHERE }, 'x', 'bayko')->{status}, 404, 'to nothing';
	is $http->get("/api/activities/$NOWHERE")->{status}, 404, 'show nothing';
	is reply($crud, '', 'bayko')->{status}, 422, 'a blank one';
	is $http->post("/api/activities/$crud->{uuid}/reply", { message => 'x' })
	    ->{status}, 401, 'nobody replies';
};

subtest 'what has expired is nowhere' => sub {
	my $crud = crud('ephemeral zebra', as => 'ulake');
	my $answer = reply($crud, 'zebra reply', 'bayko')->{json};
	my $count = sub { $http->get('/api/activities/@ulake')->{json}{profile}{cruds_count} };
	my $before = $count->();
	expire($_->{uuid}) for $crud, $answer;
	is $count->(), $before - 1, 'not in the count of the profile';
	for my $list ('/api/activities/home?limit=100',
	    '/api/activities/search?term=zebra', '/api/activities/@ulake',
	    '/api/activities/@bayko') {
		unlike $http->get($list)->{content}, qr/zebra/, "not in $list";
	}
	unlike $http->get('/api/activities/notifications', as => 'ulake')->{content},
	    qr/zebra/, 'not in the notifications';
	is $http->get("/api/activities/$crud->{uuid}")->{status}, 404, 'not shown';
	is reply($crud, 'too late', 'bayko')->{status}, 404, 'takes no reply';
};

subtest 'paging' => sub {
	my $crud = crud('long thread', as => 'ulake');
	my @at = map { [$_, sprintf '2026-01-01T00:00:00.%06dZ', int $_ / 3] } 1 .. 25;
	my $add = $dbh->prepare(q{INSERT INTO activities (user_uuid, message,
	    reply_to_activity_uuid, reply_to_user_uuid, created_at, expires_at)
	    SELECT bob.uuid, ?, ?, ulake.uuid, ?::timestamptz, now() + interval '1 day'
	    FROM users bob, users ulake
	    WHERE bob.handle = 'bayko' AND ulake.handle = 'ulake'});
	$add->execute("r$_->[0]", $crud->{uuid}, $_->[1]) for @at;
	my @want = sort map { "r$_" } 1 .. 25;
	for my $limit (1, 7, 25) {
		my @got = walk("/api/activities/$crud->{uuid}", $limit);
		is_deeply [sort @got], \@want, "replies by $limit";
		@got = walk('/api/activities/notifications', $limit, as => 'ulake');
		is_deeply [sort @got], \@want, "notifications by $limit";
		@got = grep { /^r\d/ } walk('/api/activities/@bayko', $limit);
		is_deeply [sort @got], \@want, "a person's by $limit";
	}
	my @home = walk('/api/activities/home', 10);
	is scalar @home, $dbh->selectrow_array('SELECT count(*) FROM activities
	    WHERE expires_at > now()'), 'home: all of them';
	is_deeply [map { /^r(\d+)$/ ? int($1 / 3) : () } @home],
	    [reverse sort { $a <=> $b } map { int($_ / 3) } 1 .. 25], 'in order';
	my $next = $http->get('/api/activities/home?limit=1')->{headers}{link};
	my ($cursor) = $next =~ /before=([^&>]+)/;
	is $http->get("/api/activities/\@bayko?before=$cursor")->{status}, 422,
	    "another list's cursor";
	is $http->get('/api/activities/home?before=x')->{status}, 422, 'no cursor';
};

subtest 'a person' => sub {
	my $r = $http->get('/api/activities/@BAYKO');
	is $r->{status}, 200, 'whatever the case';
	is_deeply [sort keys $r->{json}{profile}->%*],
	    [qw(bio cruds_count display_name handle uuid)], 'the profile';
	unlike $r->{content}, qr/email|cognito|\@exa/i, 'no secrets';
	is $http->get('/api/activities/@nobody')->{status}, 404, 'nobody';
	is $http->get('/api/activities/%40bayko')->{status}, 200, '%40 is @';
	is_deeply [sort keys $http->get('/api/users/@Bayko/short')->{json}->%*],
	    [qw(display_name handle uuid)], 'short';
	is $http->get('/api/users/@nobody/short')->{status}, 404, 'short of nobody';
};

subtest 'search' => sub {
	crud('gardening with roses and a spade');
	crud('roses');
	crud('the garden of forking paths', as => 'ulake');
	my $find = sub ($term) {
		my $r = $http->get("/api/activities/search?term=$term");
		is $r->{status}, 200, "search $term";
		return map { $_->{message} } $r->{json}->@*;
	};
	my @found = $find->('roses');
	is $found[0], 'roses', 'the best first';
	is scalar @found, 2, 'and the other';
	is scalar(my @g = $find->('garden')), 2, 'a prefix of the last word';
	is_deeply [$find->('roses%20spa')], ['gardening with roses and a spade'],
	    'all words';
	is scalar(my @n = $find->('garde%20roses')), 0, 'prefix of the last one only';
	ok((grep { /forking/ } $find->('Chinedu')), 'by a name');
	ok((grep { /forking/ } $find->('ulak')), 'by the start of a handle');
	is_deeply [$find->('nosuchword')], [], 'nothing';
	is_deeply [$find->("'%26%20%7C%20!%20:*")], [], 'operators are no words';
	is scalar(my @w = walk('/api/activities/search?term=lives', 3)), 7, 'by pages';
	# the longest address there is, each byte of which takes three in the link
	my $path = '/api/activities/search?limit=1&term=lives&x=';
	$path .= '"' x (4096 - length $path);
	my $r = $http->raw("GET $path HTTP/1.1\r\nHost: localhost\r\n"
		. "Connection: close\r\n\r\n");
	like $r, qr/^HTTP\S+ 200 .*^Link: <\S+before=\S+>; rel="next"/ms,
	    'a long address has a next page';
	is_deeply $http->get("/api/activities/search?term=$_")->{json}{errors},
	    ['search_term_blank'], "term '$_'" for '', '%20%09';
	is_deeply $http->get('/api/activities/search')->{json}{errors},
	    ['search_term_blank'], 'no term';
	my $long = $http->get('/api/activities/search?term=' . 'x' x 101)->{json};
	is_deeply $long->{errors}, ['search_term_exceed_max_chars'],
	    'a term too long';
	like $long->{detail}, qr/\b100 characters/, 'it says how long it may be';
	is $http->get('/api/activities/search?term=' . 'x' x 100)->{status}, 200,
	    'which it may';
};

subtest 'replies from 32 connections' => sub {
	my $crud = crud('count me');
	my @answers = parallel(32, [1 .. 640], sub ($n) {
		state $mine = Cruddur::HTTP->new(url => $stack->url,
		    ca_file => $stack->ca_file, stack => $stack);
		return $mine->post("/api/activities/$crud->{uuid}/reply",
		    { message => "reply $n" }, as => $n % 2 ? 'bayko' : 'ulake')
		    ->{status};
	});
	my %status;
	$status{$_}++ for @answers;
	is_deeply \%status, { 200 => 640 }, 'all are answered';
	is $http->get("/api/activities/$crud->{uuid}")->{json}{activity}{replies_count},
	    640, 'all are counted';
	is $dbh->selectrow_array('SELECT count(*) FROM activities
	    WHERE reply_to_activity_uuid = ?', undef, $crud->{uuid}), 640,
	    'all are there';
};

subtest 'a key makes a crud once' => sub {
	my $crud = crud('answer me once');
	my $thread = "/api/activities/$crud->{uuid}/reply";
	my $key = sub ($n) { sprintf '000000CD-0000-4000-8000-%012x', $n };
	my @work = map { ($_, $_, $_) } 1 .. 200;
	my @answers = parallel(32, \@work, sub ($n) {
		state $mine = Cruddur::HTTP->new(url => $stack->url,
		    ca_file => $stack->ca_file, stack => $stack);
		return $mine->post($n % 2 ? $thread : '/api/activities',
		    { message => "once $n", ttl => '1-hour' }, as => 'bayko',
		    headers => { 'Idempotency-Key' => $key->($n) });
	});
	is scalar(grep { $_->{status} != 200 } @answers), 0, 'all are answered';
	my %same;
	$same{ $work[$_] }{ $answers[$_]{content} } = 1 for 0 .. $#work;
	is scalar(grep { keys %$_ != 1 } values %same), 0,
	    'each repeat gets the answer of the first';
	is $answers[0]{json}{uuid}, lc $key->(1), 'the key is its uuid';
	is $dbh->selectrow_array(q{SELECT count(*) FROM activities
	    WHERE message LIKE 'once %'}), 200, 'each is there once';
	is $http->get("/api/activities/$crud->{uuid}")->{json}{activity}{replies_count},
	    100, 'and counted once';

	my $other = crud('another')->{uuid};
	my @reused = (
		['another text', '/api/activities', 2, 'bayko', 'once 1'],
		['another author', '/api/activities', 2, 'ulake', 'once 2'],
		['a reply now', $thread, 2, 'bayko', 'once 2'],
		['no reply now', '/api/activities', 1, 'bayko', 'once 1'],
		['in reply to another', "/api/activities/$other/reply", 1, 'bayko',
			'once 1'],
		['in reply to itself', '/api/activities/' . $key->(2) . '/reply', 2,
			'bayko', 'once 2'],
	);
	for my $case (@reused) {
		my ($name, $path, $n, $who, $text) = @$case;
		my $r = $http->post($path, { message => $text, ttl => '1-hour' },
		    as => $who, headers => { 'Idempotency-Key' => $key->($n) });
		is $r->{status}, 409, $name;
		is_deeply $r->{json}{errors}, ['idempotency_key_reused'], 'its code';
	}
	is $http->post("/api/activities/$NOWHERE/reply", { message => 'x' },
	    as => 'bayko', headers => { 'Idempotency-Key' => $key->(900) })->{status},
	    404, 'in reply to nothing';
	is $http->get("/api/activities/$crud->{uuid}")->{json}{activity}{replies_count},
	    100, 'none of these is counted';
	for my $path ($thread, '/api/activities') {
		my $r = $http->post($path, { message => 'x', ttl => '1-hour' },
		    as => 'bayko', headers => { 'Idempotency-Key' => 'x' });
		is $r->{status}, 422, 'no key';
		is_deeply $r->{json}{errors}, ['idempotency_key_invalid'], 'its code';
	}
};

subtest 'a new name' => sub {
	my $GROUP = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';
	my $r = $http->post('/api/profile/update',
	    { display_name => " Dr. Bayko \x{1f9d1} ", bio => ' hi ' }, as => 'bayko');
	is $r->{status}, 200, 'is taken';
	is $r->{json}{display_name}, "Dr. Bayko \x{1f9d1}", 'trimmed';
	my $bio = sub { $http->get('/api/activities/@bayko')->{json}{profile}{bio} };
	is $bio->(), 'hi', 'the bio';
	my %name = (display_name => "Dr. Bayko \x{1f9d1}");
	for (['left out, it stays', {}, 'hi'], ['empty, it goes', { bio => '' }, '']) {
		my ($what, $body, $want) = @$_;
		$http->post('/api/profile/update', { %name, %$body }, as => 'bayko');
		is $bio->(), $want, "a bio: $what";
	}
	wait_for {
		my ($row) = grep { $_->{uuid} eq $GROUP } $http->get(
		    '/api/message_groups', as => 'andrewbrown')->{json}->@*;
		$row->{display_name} eq "Dr. Bayko \x{1f9d1}";
	} 'the name in the list of the other';
	pass 'it reaches the list of the other';
	my $member = $stack->ddb->get("MSG#$GROUP", 'MEMBER#' . $stack->uuid('bayko'));
	is $member->{user_display_name}, "Dr. Bayko \x{1f9d1}", 'and the member row';
	wait_for { !$dbh->selectrow_array('SELECT count(*) FROM name_changes') }
	    'the note to be taken away';
	is $http->post('/api/messages', { message => 'x', message_group_uuid => $GROUP },
	    as => 'bayko')->{json}{display_name}, "Dr. Bayko \x{1f9d1}",
	    'messages bear it';
	my @bad = (
		[{ display_name => ' ' }, 'display_name_blank'],
		[{ bio => 'x' }, 'display_name_blank'],
		[{ display_name => 'x' x 51 }, 'display_name_exceed_max_chars'],
		[{ display_name => 5 }, 'display_name_invalid'],
		[{ display_name => 'x', bio => 'x' x 301 }, 'bio_exceed_max_chars'],
		[{ display_name => 'x', bio => {} }, 'bio_invalid'],
	);
	for my $case (@bad) {
		my $bad = $http->post('/api/profile/update', $case->[0], as => 'bayko');
		is $bad->{status}, 422, "$case->[1]: refused";
		is_deeply $bad->{json}{errors}, [$case->[1]], 'its code';
	}
};
done_testing;
