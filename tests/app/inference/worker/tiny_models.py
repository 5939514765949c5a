"""Model files of a few hundred kilobytes with random weights, of kinds we have no file of.

They write nonsense, but their caches and vocabularies behave like their big relatives'.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

_WIDTH, _LAYERS, _CONTEXT = 64, 2, 512
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,:?!"
_MARK = "\u2581"


def write_recurrent(path: Path) -> Path:
    """A Mamba: its cache knows only the whole way, never a step back."""
    inner, state, rank, kernel = 2 * _WIDTH, 16, 4, 4
    writer, weights = _begin(path, "mamba")
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_ssm_conv_kernel(kernel)
    writer.add_ssm_inner_size(inner)
    writer.add_ssm_state_size(state)
    writer.add_ssm_time_step_rank(rank)
    for layer in range(_LAYERS):
        prefix = f"blk.{layer}."
        writer.add_tensor(prefix + "attn_norm.weight", np.ones(_WIDTH, np.float32))
        writer.add_tensor(prefix + "ssm_in.weight", weights(2 * inner, _WIDTH))
        writer.add_tensor(prefix + "ssm_conv1d.weight", weights(inner, kernel))
        writer.add_tensor(prefix + "ssm_conv1d.bias", weights(inner))
        writer.add_tensor(prefix + "ssm_x.weight", weights(rank + 2 * state, inner))
        writer.add_tensor(prefix + "ssm_dt.weight", weights(inner, rank))
        writer.add_tensor(prefix + "ssm_dt.bias", weights(inner))
        writer.add_tensor(prefix + "ssm_a", -np.abs(weights(inner, state)) - 0.1)
        writer.add_tensor(prefix + "ssm_d", weights(inner))
        writer.add_tensor(prefix + "ssm_out.weight", weights(_WIDTH, inner))
    return _finish(writer, path)


def write_windowed(path: Path) -> Path:
    """A Gemma 2: every other layer looks back through a window of 32 tokens."""
    heads, head, forward = 4, 16, 128
    writer, weights = _begin(path, "gemma2")
    writer.add_feed_forward_length(forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_sliding_window(32)
    shapes = {
        "attn_q": (heads * head, _WIDTH),
        "attn_k": (heads * head, _WIDTH),
        "attn_v": (heads * head, _WIDTH),
        "attn_output": (_WIDTH, heads * head),
        "ffn_gate": (forward, _WIDTH),
        "ffn_up": (forward, _WIDTH),
        "ffn_down": (_WIDTH, forward),
    }
    for layer in range(_LAYERS):
        for name in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(_WIDTH, np.float32))
        for name, shape in shapes.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", weights(*shape))
    return _finish(writer, path)


def _begin(path: Path, architecture: str):
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_layer_norm_rms_eps(1e-5)
    vocabulary = _add_vocabulary(writer)
    random = np.random.default_rng(7)

    def weights(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.2).astype(np.float32)

    writer.add_tensor("token_embd.weight", weights(vocabulary, _WIDTH))
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, np.float32))
    return writer, weights


def _add_vocabulary(writer: gguf.GGUFWriter) -> int:
    """A SentencePiece vocabulary, which puts a space before every text."""
    kinds = gguf.TokenType
    words = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    words += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    words += [(_MARK, kinds.NORMAL)]
    words += [(letter, kinds.NORMAL) for letter in _LETTERS]
    words += [(_MARK + letter, kinds.NORMAL) for letter in _LETTERS]
    writer.add_tokenizer_model("llama")
    writer.add_token_list([word for word, _ in words])
    writer.add_token_scores([-float(number) for number in range(len(words))])
    writer.add_token_types([int(kind) for _, kind in words])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    return len(words)


def _finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
