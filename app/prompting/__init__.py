"""From a persona, a path and recalled memories to one GenerationRequest.

One small component a section, and the packer that fits them into the context. Pure: no
storage, no engine; token counts are handed in.
"""
