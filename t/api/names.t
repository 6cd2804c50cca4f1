#!/usr/bin/perl
# A new name of somebody with more conversations than one deadline has time
# for: each turn goes on where the one before ended, until all of them bear it.
# Without a stream processor, so that the server alone has to do it.
use v5.36;
use Test::More;
use Cruddur::Stack qw(wait_for);

my $CONVERSATIONS = 1000;
my $stack = Cruddur::Stack->start(
	only => [qw(postgres dynamodb cognito api nginx)],
	settings => { CRUDDUR_WORKERS => 4, CRUDDUR_REQUEST_DEADLINE_MS => 1000 });
my $http = $stack->http;
my ($me, $other) = map { $stack->uuid($_) } qw(ulake bayko);
$stack->token($_) for qw(ulake andrewbrown);

sub uuid ($kind, $n) { return sprintf '%08x-0000-4000-8000-%012x', $kind, $n }

sub rename_to ($who, $name) {
	my $r = $http->post('/api/profile/update',
	    { display_name => $name, bio => '' }, as => $who);
	is $r->{status}, 200, "$who is $name now";
	return;
}

my $row = 'SELECT done_to FROM name_changes WHERE user_uuid = ?';
sub done_to { return $stack->dbh->selectrow_array($row, undef, $me) }

# One person talks to many: a member row and the two inbox rows of each.
my @items = map {
	my ($group, $peer) = (uuid(1, $_), uuid(2, $_));
	my $at = sprintf '2026-01-01T%02d:%02d:%02d.%06d+00:00', $_ / 3600,
	    $_ / 60 % 60, $_ % 60, $_;
	my %named = (user_display_name => 'Old', user_handle => 'ulake',
	    user_uuid => $me);
	({ pk => "MSG#$group", sk => "MEMBER#$me", joined_at => $at, %named },
	    { pk => "GRP#$peer", sk => $at, message_group_uuid => $group,
		message => 'x', %named },
	    { pk => "GRP#$me", sk => $at, message_group_uuid => $group,
		message => 'x', user_display_name => 'P', user_handle => "p$_",
		user_uuid => $peer })
} 1 .. $CONVERSATIONS;
$stack->ddb->put(@items);

# A row that leads nowhere is in nobody's way, and not shown.
$stack->ddb->put({ pk => "GRP#$me", sk => '2025-12-31T00:00:00.000000+00:00',
	message => 'x' });
$stack->ddb->put({ pk => "GRP#$other", sk => '2026-12-31T00:00:00.000000+00:00',
	message => 'x', message_group_uuid => 'no', user_uuid => $me,
	user_display_name => 'Odd' });
# A deadline of a second is short for the first query of a DynamoDB Local.
my $r;
wait_for {
	($r = $http->get('/api/message_groups', as => 'bayko'))->{status} == 200
} 'a list';
is_deeply [grep { $_->{uuid} !~ /^[0-9a-f-]{36}$/ } $r->{json}->@*], [],
    'no conversation without an id';

rename_to('ulake', 'New');
wait_for { defined done_to() } 'the first turn';
my ($first, $turns) = (done_to(), 1);
pass 'the first turn ended, and says how far it came';
while ($turns < 200) {
	my $before = done_to() // last;
	# one that comes before the last turn has let go begins none
	wait_for {
		rename_to('andrewbrown', 'Andrew ' . $turns++);
		(done_to() // 'all') ne $before
	} 'the next turn to end';
	cmp_ok done_to() // 'all', 'gt', $before, 'it went on from there';
}
cmp_ok $turns, '>', 1, "done in $turns turns";
# One that began no turn left its own note to the next.
wait_for {
	rename_to('andrewbrown', 'Andrew Brown');
	wait_for { $stack->dbh->selectrow_array(
		'SELECT count(*) FROM name_changes') == 0 } 'none', 2
} 'no note to be left', 30;

my @old = grep { ($_->{user_uuid} // '') eq $me
	&& $_->{user_display_name} ne 'New' } $stack->ddb->scan;
@old = grep { $_->{pk} =~ /^GRP#00000002|^MSG#00000001/ } @old;
is scalar @old, 0, 'all conversations bear the new name';

done_testing;
