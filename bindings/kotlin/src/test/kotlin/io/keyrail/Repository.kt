package io.keyrail

import java.io.File

/** The root of the repository: the nearest parent of the working folder that contains the vectors. */
internal val repository: File =
    generateSequence(File("").absoluteFile) { it.parentFile }.first { it.resolve("tests/vectors").isDirectory }
