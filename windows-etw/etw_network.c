/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * TcpIp, UdpIp and Microsoft-Windows-Kernel-Network: data that was sent or received, by process.
 * They tell of bytes on their way, not of the socket request that waits for them, so there is a
 * moment and an amount but no latency: a request that ended silently. Where the trace has the
 * requests themselves (Winsock-AFD), these would count everything twice and are left out.
 */
#include "windows-etw/etw_private.h"

#include "windows-etw/etw_payload.h"

static void transfer(struct etw_decoder *decoder, const struct etw_event *event, uint16_t op)
{
	uint32_t pid = etw_field_u32(event, 0, 0), bytes = etw_field_u32(event, 4, 4);
	struct ev_request request = { .h = etw_header(decoder, EV_REQUEST),
				      .submit_ns = event->time_ns,
				      .result = bytes,
				      .length_bytes = bytes,
				      .fd = -1,
				      .op = op,
				      .end = EV_END_SKIPPED,
				      .pid = pid == ETW_ID_NONE ? 0 : pid };

	if (decoder->seen_afd)
		return;
	request.queue = etw_queue(decoder, request.pid, EV_QUEUE_DIRECT);
	etw_emit(decoder, &request, sizeof(request), NULL);
}

static void tcp_send(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, EV_WINDOWS_AFD_SEND);
}

static void tcp_receive(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, EV_WINDOWS_AFD_RECV);
}

static void udp_send(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, EV_WINDOWS_AFD_SENDTO);
}

static void udp_receive(struct etw_decoder *decoder, const struct etw_event *event)
{
	transfer(decoder, event, EV_WINDOWS_AFD_RECVFROM);
}

/* The amounts are in the first eight bytes in every version; what follows is not needed. */
static const struct etw_row rows[] = {
	{ ETW_GROUP_TCP_IP, 10, 1, 2, 8, 8, tcp_send },
	{ ETW_GROUP_TCP_IP, 11, 1, 2, 8, 8, tcp_receive },
	{ ETW_GROUP_TCP_IP, 26, 2, 2, 8, 8, tcp_send },
	{ ETW_GROUP_TCP_IP, 27, 2, 2, 8, 8, tcp_receive },
	{ ETW_GROUP_UDP_IP, 10, 1, 2, 8, 8, udp_send },
	{ ETW_GROUP_UDP_IP, 11, 1, 2, 8, 8, udp_receive },
	{ ETW_GROUP_UDP_IP, 26, 2, 2, 8, 8, udp_send },
	{ ETW_GROUP_UDP_IP, 27, 2, 2, 8, 8, udp_receive },
};
const struct etw_rows etw_network_rows = { rows, sizeof(rows) / sizeof(rows[0]) };

static const struct etw_manifest_row manifest_rows[] = {
	{ 10, 0, 0, 8, 8, tcp_send }, { 11, 0, 0, 8, 8, tcp_receive },
	{ 26, 0, 0, 8, 8, tcp_send }, { 27, 0, 0, 8, 8, tcp_receive },
	{ 42, 0, 0, 8, 8, udp_send }, { 43, 0, 0, 8, 8, udp_receive },
	{ 58, 0, 0, 8, 8, udp_send }, { 59, 0, 0, 8, 8, udp_receive },
};
const struct etw_manifest etw_network_manifest = {
	{ { 0x49, 0x2a, 0xd4, 0x7d, 0x29, 0x53, 0x32, 0x48, 0x8d, 0xfd, 0x43, 0xd9, 0x79, 0x15,
	    0x3a, 0x88 } },
	manifest_rows,
	sizeof(manifest_rows) / sizeof(manifest_rows[0])
};
