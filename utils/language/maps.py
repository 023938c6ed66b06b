"""Maps of word vectors in the plane, and what a map keeps of the space."""

import numpy as np
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.manifold import TSNE


def t_sne(points: np.ndarray, perplexity: float, seed: int) -> np.ndarray:
    """Return a map (m, 2) of points (m, n), from a random start (van der Maaten, Hinton 2008).

    It takes 500 steps, which is enough for a hundred points. The perplexity is lowered to a third
    of the points where there are few.
    """
    perplexity = min(perplexity, (len(points) - 1) / 3)
    model = TSNE(
        perplexity=perplexity, init="random", method="exact", max_iter=500, random_state=seed
    )
    return model.fit_transform(points)


def distances_agree(places: np.ndarray, points: np.ndarray, group_of: np.ndarray) -> float:
    """Return whether far groups are far on the map, too: a rank correlation, 1 for the same order.

    Args:
        places: (m, 2), where the points stand on the map.
        points: (m, n), in the space.
        group_of: (m,), the group of each point; the distances are those of the groups' centres.
    """
    groups = np.unique(group_of)
    centres = [np.array([x[group_of == k].mean(axis=0) for k in groups]) for x in (places, points)]
    return float(spearmanr(*map(pdist, centres))[0])


def parallel(places: np.ndarray) -> float:
    """Return the mean cosine between the steps of all pairs; 1 if they are parallel.

    Args:
        places: (2k, n), the first words of k pairs, then their second words, in the same order.
    """
    first, second = np.split(places, 2)
    return float(1 - pdist(first - second, "cosine").mean())
