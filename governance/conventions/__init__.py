"""The conventions: their texts as data, each value with the article and the sentence that set it."""
