/*
 * hello-fcgi SOCKET WORKERS: the least that a prefork FastCGI server can do,
 * to measure beside ours in ./dev bench. Ends when its standard input does.
 */
#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void
work(int fd)
{
	FCGX_Request rq;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	FCGX_InitRequest(&rq, fd, 0);
	while (FCGX_Accept_r(&rq) == 0) {
		FCGX_PutS("Content-Type: application/json\r\n"
			  "Content-Length: 16\r\n\r\n{\"success\":true}",
		    rq.out);
		FCGX_Finish_r(&rq);
	}
	_exit(0);
}

int
main(int argc, char **argv)
{
	char c;
	int fd;

	if (argc != 3) {
		fputs("usage: hello-fcgi SOCKET WORKERS\n", stderr);
		return 2;
	}
	FCGX_Init();
	fd = FCGX_OpenSocket(argv[1], 511);
	for (int i = 0; i < atoi(argv[2]); i++) {
		if (fork() == 0)
			work(fd);
	}
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	unlink(argv[1]);
	kill(0, SIGTERM);
	return 0;
}
