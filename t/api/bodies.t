#!/usr/bin/perl
# Bodies of POST /api/messages, and the answer of each. This table is the list
# of what is taken and what is refused.
use v5.36;
use utf8;
use Encode qw(encode);
use JSON::PP ();
use Test::More;
use Cruddur::Stack;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $stack = Cruddur::Stack->start;
my $http = $stack->http;
my $GROUP = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';

sub to_group ($message) { return qq({"message":$message,"message_group_uuid":"$GROUP"}) }
sub text ($text) { return to_group(JSON::PP->new->allow_nonref->encode($text)) }

# name, body (characters, or bytes by reference), status, codes
my @cases = (
	['a message', text('hello'), 200],
	['unknown fields are passed over', qq({"message":"x","message_group_uuid":"$GROUP","user":"andrewbrown","z":[1]}), 200],
	['HTML is text', text('<script>alert(1)</script>'), 200],
	['SQL is text', text(q('; DROP TABLE users; --)), 200],
	['format characters are text', text('%s%n%08x {} ${x}'), 200],
	['1,024 characters', text('x' x 1024), 200],
	['1,024 emoji', text('😀' x 1024), 200],
	['1,024 characters and blanks around', text('  ' . 'x' x 1024 . "\n"), 200],
	['line breaks inside', text("a\n\nb"), 200],
	['an emoji as a pair of escapes', to_group('"\ud83d\ude00"'), 200],
	['group in capitals', '{"message":"x","message_group_uuid":"' . uc($GROUP) . '"}', 200],
	['a null handle is none', qq({"message":"x","message_group_uuid":"$GROUP","handle":null}), 200],
	['1,025 characters', text('x' x 1025), 422, 'message_exceed_max_chars'],
	['1,025 emoji', text('😀' x 1025), 422, 'message_exceed_max_chars'],
	['blank', text(''), 422, 'message_blank'],
	['white space only', text(" \t\r\n\x{a0}\x{3000}\x{2003}"), 422, 'message_blank'],
	['zero-width and filler characters only',
		text("\x{200b} \x{2060}\x{feff}\x{3164}\x{ad}"), 422, 'message_blank'],
	['a family joined by zero-width characters',
		text("\x{1f468}\x{200d}\x{1f469}\x{200d}\x{1f467}"), 200],
	['no message', qq({"message_group_uuid":"$GROUP"}), 422, 'message_blank'],
	['a null message', to_group('null'), 422, 'message_blank'],
	['a number', to_group('5'), 422, 'message_invalid'],
	['a truth', to_group('true'), 422, 'message_invalid'],
	['an array', to_group('["x"]'), 422, 'message_invalid'],
	['an object', to_group('{"x":1}'), 422, 'message_invalid'],
	['U+0000', to_group('"a\u0000b"'), 422, 'message_invalid'],
	['no receiver', '{"message":"x"}', 422, 'receiver_missing'],
	['both receivers', qq({"message":"x","message_group_uuid":"$GROUP","handle":"ulake"}), 422, 'receiver_ambiguous'],
	['a group that is no uuid', '{"message":"x","message_group_uuid":"5ae290ed"}', 422, 'message_group_uuid_invalid'],
	['a group that is a number', '{"message":"x","message_group_uuid":5}', 422, 'message_group_uuid_invalid'],
	['a handle that is none', '{"message":"x","handle":"an drew"}', 422, 'handle_invalid'],
	['a handle that is a number', '{"message":"x","handle":7}', 422, 'handle_invalid'],
	['a handle too long', '{"message":"x","handle":"' . 'x' x 31 . '"}', 422, 'handle_invalid'],
	['oneself', '{"message":"x","handle":"bayko"}', 422, 'receiver_self'],
	['nobody', '{"message":"x","handle":"nobody"}', 404],
	['blank message and no receiver', '{"message":" "}', 422, 'message_blank'],
	['an empty body', '', 400],
	['blanks', '   ', 400],
	['an array', '[]', 422, 'body_invalid'],
	['null', 'null', 422, 'body_invalid'],
	['a number', '7', 422, 'body_invalid'],
	['a string', '"x"', 422, 'body_invalid'],
	['cut off', '{"message":"x"', 400],
	['not JSON', 'message=x', 400],
	['two documents', '{} {}', 400],
	['NaN', to_group('NaN'), 400],
	['single quotes', "{'message':'x'}", 400],
	['nested 1,000 deep', to_group('[' x 1000 . ']' x 1000), 400],
	['a lone surrogate', to_group('"\ud800"'), 400],
	['a raw control character', to_group("\"a\x01b\""), 400],
	['broken UTF-8', \to_group("\"\xff\xfe\""), 400],
	['overlong UTF-8', \to_group("\"\xc0\xaf\""), 400],
	['a surrogate in UTF-8', \to_group("\"\xed\xa0\x80\""), 400],
	['70 kB', text('x' x 70_000), 413],
	['5 MB', text('x' x 5_000_000), 413],
);

for my $case (@cases) {
	my ($name, $body, $status, $codes) = @$case;
	my $r = $http->request(POST => '/api/messages', as => 'bayko',
	    headers => { 'Content-Type' => 'application/json' },
	    content => ref $body ? $$body : encode('UTF-8', $body));
	is $r->{status}, $status, "$name: $status"
	    or diag substr $r->{content}, 0, 300;
	next if $status == 200;
	is $r->{headers}{'content-type'}, 'application/problem+json',
	    "$name: a problem document";
	is $r->{json}{status}, $status, "$name: and its status";
	is join(' ', sort(($r->{json}{errors} // [])->@*)), $codes, "$name: codes"
	    if $codes;
	like $r->{json}{detail}, qr/^[A-Z'].+\.$/, "$name: a sentence";
}

my @texts = map { $_->{message} } $http->get("/api/messages/$GROUP?limit=13",
    as => 'andrewbrown')->{json}->@*;
is_deeply [map { substr $_, 0, 30 } @texts[0 .. 4]],
    ['hello', 'x', '<script>alert(1)</script>', q('; DROP TABLE users; --),
    '%s%n%08x {} ${x}'], 'what was taken is shown as it was sent';

for my $type ('text/plain', 'application/x-www-form-urlencoded', '') {
	my $r = $http->request(POST => '/api/messages', as => 'bayko',
	    headers => { 'Content-Type' => $type }, content => text('x'));
	is $r->{status}, 415, "Content-Type '$type'";
}
is $http->request(POST => '/api/messages', as => 'bayko',
    content => encode('UTF-8', text('é')),
    headers => { 'Content-Type' => 'application/json; charset=utf-8' })->{status},
    200, 'a charset that is UTF-8';
for my $key ('x', '5ae290ed', '', "$GROUP$GROUP",
    [$GROUP, '5ae290ed-55d1-47a0-bc6d-fe2bc2700398']) {
	my $r = $http->request(POST => '/api/messages', as => 'bayko',
	    headers => { 'Content-Type' => 'application/json', 'Idempotency-Key' => $key },
	    content => text('x'));
	is $r->{status}, 422, "Idempotency-Key '@{[ref $key ? @$key : $key]}'";
	is_deeply $r->{json}{errors}, ['idempotency_key_invalid'], 'and its code';
}
done_testing;
