/*
 * Addresses that somebody else names: webhooks, collected shops, payment
 * providers.  A name may lead anywhere, so it is the final address that is
 * judged.
 */

#ifndef NGX_COMMERCE_ADDRESS_H
#define NGX_COMMERCE_ADDRESS_H


#include <sys/socket.h>


/*
 * 1: a unicast address of the public internet.  0: loopback, private,
 * link-local, shared, multicast, documentation, a wrapped IPv4 address, or a
 * family that is not IP (IANA special purpose registries).  Any thread.
 */
int ngx_commerce_address_public(const struct sockaddr *address);


#endif /* NGX_COMMERCE_ADDRESS_H */
