/* Channels as stream.c drives them. */
#pragma once

#include "agent.h"

/* The worker takes so many bytes more; 0: the link has room again. */
void source_credit(struct source *source, uint32_t bytes);
void source_free(struct source *source);

/* What the worker sent. The stream may be gone afterwards. */
void sink_data(struct stream *stream, int channel, const uint8_t *bytes, size_t length);
void sink_eof(struct stream *stream, int channel);
void sink_free(struct sink *sink);
