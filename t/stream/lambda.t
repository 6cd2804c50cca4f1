#!/usr/bin/perl
# The function, as it lies in the zip, against a Runtime API of the test's own,
# with real records of DynamoDB Local's stream.
use v5.36;
use Test::More;
use File::Path qw(make_path);
use File::Basename qw(dirname);
use IO::Uncompress::Unzip qw($UnzipError);
use Time::HiRes qw(sleep time);
use Cruddur::Faults;
use Cruddur::Lambda;
use Cruddur::Stack;
use Cruddur::Talk;

my $stack = Cruddur::Stack->start(only => [qw(dynamodb)]);
my $build = Cruddur::Stack::build_dir();
my $program = "$build/cruddur-lambda";

# What is uploaded is what is tried; only a sanitizer wants its own build tree.
if (($ENV{CRUDDUR_DEV_VARIANT} // 'gcc') ne 'asan') {
	is(system("make -s -C $build lambda >&2"), 0, 'make lambda');
	$program = unzip("$build/cruddur-lambda.zip", "$stack->{dir}/function");
	my @foreign = grep { m{=> /} && !m{=> \Q$stack->{dir}\E/} } qx(ldd $program);
	is(join('', grep { !m{\blib(?:c|m|dl|rt|pthread|resolv)\.so} } @foreign),
	    '', 'all but glibc comes out of the zip');
}

sub unzip ($zip, $to) {
	my $in = IO::Uncompress::Unzip->new($zip) or die $UnzipError;
	my $status = 1;
	for (; $status > 0; $status = $in->nextStream) {
		my $name = "$to/" . $in->getHeaderInfo->{Name};
		make_path(dirname($name));
		open my $out, '>:raw', $name or die "$name: $!";
		while ($in->read(my $bytes, 1 << 18) > 0) { print $out $bytes }
		close $out or die $!;
		chmod 0755, $name;
	}
	return "$to/bootstrap";
}

my $faults = Cruddur::Faults->start(upstream => $stack->{ports}[4], seed => 1);
$faults->set('off');
my %env = (AWS_REGION => 'us-east-1', AWS_ACCESS_KEY_ID => 'cruddurdev',
	AWS_SECRET_ACCESS_KEY => 'cruddurdev',
	AWS_ENDPOINT_URL_DYNAMODB => $faults->url);

sub function (%more) {
	my $lambda = Cruddur::Lambda->new(program => $program,
		env => { %env, %more }, log => $stack->log_dir . '/lambda.log');
	$lambda->start;
	return $lambda;
}

{
	my $broken = function(CRUDDUR_STREAM_THREADS => 'many');
	my $answer = $broken->invoke({});
	like($answer->{init}{errorMessage}, qr/CRUDDUR_STREAM_THREADS/,
	    'a bad configuration is reported as an initialisation error');
	like($answer->{head}, qr/^Lambda-Runtime-Function-Error-Type: Cruddur\./mi,
	    '… with its type');
	isnt($broken->end('TERM'), 0, '… and it ends');
}

my $lambda = function();
my $talk = Cruddur::Talk->new(ddb => $stack->ddb, people => 20,
	conversations => 40, seed => 7);
$talk->begin;
for (1 .. 200) { $talk->send_one }

my @records = grep { $_->{dynamodb}{Keys}{pk}{S} =~ /^MSG#/
	&& $_->{dynamodb}{Keys}{sk}{S} =~ /^\d/ } $talk->changes;
for my $batch ([splice @records, 0, 1], [splice @records, 0, 100],
	[@records]) {
	my $answer = $lambda->invoke(Cruddur::Lambda::event(@$batch));
	is_deeply($answer->{response}, { batchItemFailures => [] },
	    'an event of ' . @$batch . ' records: nothing failed');
}
is(join("\n", $talk->check), '', 'all rows are right');
is_deeply($lambda->invoke(Cruddur::Lambda::event(
	$talk->changes))->{response}, { batchItemFailures => [] },
    'all of it again, its own writes among it');
is(join("\n", $talk->check), '', '… changes nothing');
is_deeply($lambda->invoke({ Records => [] })->{response},
    { batchItemFailures => [] }, 'no records');

for (['{', 'no JSON'], ['{"detail":1}', 'another event'], ['[]', 'a list'],
	['{"Records":[{"dynamodb":{}}]}', 'a record without a number']) {
	my ($event, $what) = @$_;
	my $answer = $lambda->invoke($event);
	is($answer->{error}{errorType}, 'Cruddur.bad_json',
	    "$what: an error, and it lives on");
}

# What fails is told; the rest is done.
my $bad = $talk->{talk}[5];
my $seen = $talk->changes;
for my $n (5, 6, 5, 7) { $talk->send_one(Cruddur::Talk::now_us(), $talk->{talk}[$n]) }
my @new = ($talk->changes)[$seen .. $seen + 3];
my @of_bad = grep { $_->{dynamodb}{Keys}{pk}{S} =~ /\Q$bad->{group}/ } @new;
$faults->set("poison $bad->{group}");
my $answer = $lambda->invoke(Cruddur::Lambda::event(@new), seconds => 8);
is_deeply($answer->{response}, { batchItemFailures => [
	{ itemIdentifier => $of_bad[0]{dynamodb}{SequenceNumber} } ] },
    'the lowest sequence number that failed');
like($stack->log('lambda'), qr/"trace_id":"$answer->{trace}/,
    'the trace id goes on');
like(join("\n", $talk->check), qr/\A(?:.*\Q$bad->{group}\E.*\n?)+\z/,
    'the other conversations are done');
$faults->set('off');
is_deeply($lambda->invoke(Cruddur::Lambda::event(@new))->{response},
    { batchItemFailures => [] }, 'again, when the fault is gone');
is(join("\n", $talk->check), '', '… all are done');

# In time, whatever happens.
$faults->set('down');
my $from = time;
$answer = $lambda->invoke(Cruddur::Lambda::event(@new), seconds => 3);
is_deeply($answer->{response}, { batchItemFailures => [
	{ itemIdentifier => $new[0]{dynamodb}{SequenceNumber} } ] },
    'DynamoDB is gone: all is to come again');
cmp_ok(time - $from, '<', 3, '… said before the deadline');
$faults->set('off');
is($lambda->end('TERM'), 15, 'it ends when it is told to');
unlike($stack->log('lambda'), qr/Sanitizer/, 'no memory error');
$faults->stop;
$stack->finish;
done_testing;
