/*
 * Preloaded into a server that knows no option for its address (DynamoDB
 * Local): what it binds to every interface is bound to loopback instead.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef int bind_fn(int, const struct sockaddr *, socklen_t);

int
bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	bind_fn *next = (bind_fn *)dlsym(RTLD_NEXT, "bind");

	if (addr->sa_family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, addr, sizeof(v4));
		if (v4.sin_addr.s_addr == htonl(INADDR_ANY))
			v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return next(fd, (struct sockaddr *)&v4, sizeof(v4));
	}
	if (addr->sa_family == AF_INET6 && len >= sizeof(v6)) {
		memcpy(&v6, addr, sizeof(v6));
		if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr))
			inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6.sin6_addr);
		return next(fd, (struct sockaddr *)&v6, sizeof(v6));
	}
	return next(fd, addr, len);
}
