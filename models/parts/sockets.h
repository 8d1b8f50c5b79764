/*
 * The TCP sockets of this process, whoever has opened them.
 */
#pragma once

/*
 * From now on what is written to them leaves at once. Where several short messages go one way, TCP
 * else holds each back until the one before is acknowledged, for up to 40 ms. Source: J. Nagle,
 * Congestion control in IP/TCP internetworks, RFC 896, 1984.
 */
void sockets_hold_nothing_back(void);
