package io.keyrail

import java.io.File

/** The root of the repository: the nearest folder upwards that holds the vectors. */
internal val repository: File =
    generateSequence(File("").absoluteFile) { it.parentFile }.first { it.resolve("tests/vectors").isDirectory }
